import type { Log } from "../os/log.ts";
import type { World } from "../world/world.ts";
import type { Clock } from "./clock.ts";
import type { IntentStore } from "./intents.ts";
import type { InvariantError } from "./invariants.ts";
import type { Pace } from "./pace.ts";
import type { Change } from "./resource.ts";
import type { ReversalStore } from "./reversals.ts";

/** What the engine is given by whoever runs it. */
export interface EngineEnvironment {
  readonly hostname: string;
  /** The agent's working directory; resources keep state below `engine/state/`. */
  readonly prefix: string;
  readonly world: World;
  /** The origin is `engine` or the `kind[name]` of a resource. */
  readonly log: Log;
  /** A resource asked for the end of the agent. */
  exit(code: number): void;
  /** Delivers events that have happened but were not told yet; asked for when a check has failed. */
  drain?(): void;
  /** Told of each difference that a check finds or repairs. */
  show?(key: string, change: Change): void;
  /** Change nothing, whatever graphs say. */
  readonly noop: boolean;
  /** How many resources may work at once, whatever graphs say; 0 or less for any number. */
  readonly sema: number;
  /** False: check once, without watching or polling. */
  readonly watch: boolean;
  readonly clock?: Clock;
  /** Slices of time if unset. */
  readonly pace?: Pace;
  /** Keeps what is owed over the end of the process; nothing is kept if unset. */
  readonly intents?: IntentStore;
  /** Keeps what undoes resources that leave; `Meta:reverse` has no effect if unset. */
  readonly reversals?: ReversalStore;
  /**
   * Makes the engine check that it keeps its own promises, see `invariants.ts`. Told of the first that is broken, after
   * which nothing new starts.
   */
  invariantBroken?(error: InvariantError): void;
}

/** Told of what goes on in the engine; every part is optional. Must not throw. */
export interface EngineObserver {
  /** A check has come back, or was given up at its timeout. Only for this one is anything timed. */
  checked?(report: CheckReport): void;
  /** A check, a watch or the opening of a resource has failed, and nothing that is being repaired excuses it. */
  failed?(report: FailureReport): void;
  /** The machine was not as it should be, or the graph has changed. */
  disturbed?(): void;
  /** A graph has taken effect: what left it has ended, what is new is open. @param duration milliseconds that took */
  swapped?(duration: number): void;
  /** Nothing is left to do for now; see `Engine.settled`. */
  settled?(): void;
  /** What is known of a resource may have changed. Comes often, in the midst of work: to be noted, not acted on. */
  stirred?(): void;
}

/** One call of a check: that of a group is one of its head. */
export interface CheckReport {
  readonly kind: string;
  readonly name: string;
  /** False in noop mode. */
  readonly apply: boolean;
  /** Something was wrong; it is right now if `apply`. What a failed check may have changed is told by the next that does not fail. */
  readonly changed: boolean;
  readonly failed: boolean;
  /** Nobody waited for it any more: its resource was replaced or removed, or its time was up. */
  readonly late: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** Milliseconds from the event that told of what was repaired to the end of its repair; unset if this is no such end. */
  readonly repairedAfter: number | undefined;
}

export interface FailureReport {
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  /** It had no retries left. */
  readonly final: boolean;
}
