import { EtcdError } from "../../../etcd/client/error.ts";
import { type Clock, systemClock } from "../../engine/clock.ts";
import { explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import type { DeployStatus, HostStatus, HostStatusStore } from "../../world/host-status-store.ts";
import type { AgentHandle } from "../supply.ts";

/** In ms: between two writes, and before what could not be written is tried again. */
const interval = 500;
const retryPause = 1000;
/** The same in terms of what it costs to find out, so that that takes a tenth of the agent's time at most. */
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
  #told = "";
  #notBefore = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;
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
        this.#stopTimer?.();
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
    if (this.#stopTimer !== undefined || this.#isTelling || this.#signal.aborted) return;
    const { clock = systemClock } = this.#options;
    this.#stopTimer = clock.after(Math.max(pause, this.#notBefore - clock.now()), () => {
      this.#stopTimer = undefined;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const { store, host, log, clock = systemClock } = this.#options;
    const began = clock.now();
    this.#isDue = false;
    const status = this.#status();
    this.#notBefore = began + Math.max(interval, (clock.now() - began) * costs);
    const text = JSON.stringify(status);
    if (text === this.#told) return;
    this.#isTelling = true;
    let pause = 0;
    try {
      await store.report(host, status);
      this.#told = text;
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
