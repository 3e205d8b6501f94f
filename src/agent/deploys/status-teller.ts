import { EtcdError } from "../../../etcd/client/error.ts";
import { type Clock, systemClock } from "../../engine/clock.ts";
import { explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import type { DeployStatus, HostStatus, HostStatusStore } from "../../world/host-status-store.ts";
import type { AgentHandle } from "../supply.ts";

/** In ms: between two writes as a rule, and before what could not be written is tried again. */
const interval = 500;
const retryPause = 1000;
/** So many may follow at once on a rest, for what somebody may wait for: a deploy goes through as many states until it is done. */
const burst = 5;
/** In ms: between two looks, and the same in terms of what a look costs, so that it takes a tenth of the agent's time at most. */
const lookPause = 20;
const costs = 10;

export interface TellerOptions {
  readonly store: Pick<HostStatusStore, "report">;
  readonly host: string;
  /** Of mgmt. */
  readonly version: string;
  readonly agent: Pick<AgentHandle, "condition" | "observe">;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Has all hosts know what an agent is up to: whenever that changes, but not too often. */
export class StatusTeller {
  readonly #options: TellerOptions;
  readonly #signal: AbortSignal;
  #deploy: DeployStatus | undefined;
  #since = new Date().toISOString();
  /** What was told last. */
  #told: { readonly text: string; readonly news: string } | undefined;
  /** When there may be another look. */
  #notBefore = Number.NEGATIVE_INFINITY;
  /** When all that was told would have been told if there had been no more than one in each interval. */
  #evenAt = Number.NEGATIVE_INFINITY;
  #timer: { readonly at: number; readonly stop: () => void } | undefined;
  #isTelling = false;
  #isDue = false;
  /** What was complained of last. */
  #complaint = "";

  constructor(options: TellerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    const stop = options.agent.observe({ stirred: () => this.#stir() });
    signal.addEventListener(
      "abort",
      () => {
        stop();
        this.#timer?.stop();
      },
      { once: true },
    );
    this.#stir();
  }

  /** How far the host is with deploys. */
  setDeploy(status: DeployStatus): void {
    this.#deploy = status;
    this.#since = new Date().toISOString();
    this.#stir();
  }

  #stir(): void {
    this.#isDue = true;
    this.#schedule(0);
  }

  #schedule(pause: number): void {
    if (this.#isTelling || this.#signal.aborted) return;
    const { clock = systemClock } = this.#options;
    const now = clock.now();
    const at = Math.max(now + pause, this.#notBefore);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.stop();
    const stop = clock.after(at - now, () => {
      this.#timer = undefined;
      void this.#tell();
    });
    this.#timer = { at, stop };
  }

  async #tell(): Promise<void> {
    const { store, host, log, clock = systemClock } = this.#options;
    const began = clock.now();
    this.#isDue = false;
    const status = this.#status();
    this.#notBefore = began + Math.max(lookPause, (clock.now() - began) * costs);
    const text = JSON.stringify(status);
    if (text === this.#told?.text) return;
    const news = newsIn(status);
    const early = news === this.#told?.news ? 0 : (burst - 1) * interval;
    const wait = this.#evenAt - early - began;
    if (wait > 0) return this.#schedule(wait);
    this.#evenAt = Math.max(this.#evenAt, began) + interval;
    this.#isTelling = true;
    let pause = 0;
    try {
      await store.report(host, status);
      this.#told = { text, news };
      this.#complaint = "";
    } catch (error) {
      pause = retryPause;
      this.#isDue = true;
      const complaint = explainError(error);
      const isPassing = error instanceof EtcdError && error.isTransient;
      if (!isPassing && !this.#signal.aborted && complaint !== this.#complaint) {
        this.#complaint = complaint;
        log("warn", "store", `other hosts do not learn how this one is: ${complaint}`);
      }
    }
    this.#isTelling = false;
    if (this.#isDue) this.#schedule(pause);
  }

  #status(): HostStatus {
    const { version, agent } = this.#options;
    return { version, deploy: this.#deploy, ...agent.condition(), since: this.#since };
  }
}

/** What others may wait for; how many resources there are of which kind is not. */
function newsIn({ deploy, settled, converged }: HostStatus): string {
  return JSON.stringify([deploy, settled, converged]);
}
