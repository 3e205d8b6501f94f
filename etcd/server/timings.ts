/** How long a server is given, in milliseconds unless said otherwise (cluster specification 10.4). */
export interface Timings {
  /** Until it first answers. */
  readonly ready: number;
  /** Between two looks whether it answers yet. */
  readonly readyPoll: number;
  /** Between two probes, and how long each waits for an answer. */
  readonly probe: number;
  /** Probes without an answer until it counts as unhealthy. */
  readonly missesUntilUnhealthy: number;
  /** Probes without an answer, and without anything read or written on disk, until it is restarted. */
  readonly missesUntilRestart: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stop: number;
  /** The same if it reaches too few others: a crash costs nothing that was agreed upon. */
  readonly stopAlone: number;
  /** How long it is asked for that before it is stopped. */
  readonly lastProbe: number;
  /** Before the first restart; each further one waits twice as long. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Failures within `failureWindow` after which it is left alone. */
  readonly failures: number;
  readonly failureWindow: number;
  /** Between two attempts to make room in a full store. */
  readonly repair: number;
  /** How long equal lines of its log are gathered. */
  readonly fold: number;
}

export const standardTimings: Timings = {
  ready: 60_000,
  readyPoll: 100,
  probe: 2_000,
  missesUntilUnhealthy: 3,
  missesUntilRestart: 15,
  stop: 15_000,
  stopAlone: 1_000,
  lastProbe: 500,
  firstDelay: 1_000,
  longestDelay: 30_000,
  failures: 10,
  failureWindow: 600_000,
  repair: 60_000,
  fold: 30_000,
};
