/** Hosts that ask to be chosen, and those that are (cluster specification, section 6). */
import type { Listener } from "./listener.ts";

/** What a host asks for. All hosts of a namespace are expected to ask for the same. */
export interface ScheduleOptions {
  /** `rr`: who was chosen stays, then the others in order of their names; `alpha`: always in order of their names. */
  readonly strategy: "rr" | "alpha";
  /** How many hosts to choose, at least 1. */
  readonly max: number;
  /** Whether a host stays registered when it goes away without withdrawing. */
  readonly persist: boolean;
}

/** Namespaces and hosts are not empty; neither has a `/` in it, nor hosts a comma. */
export interface ScheduleStore {
  /** @returns whether anything changed. @throws SystemError */
  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean>;
  /** @returns whether it was registered. @throws SystemError */
  withdraw(namespace: string, host: string): Promise<boolean>;
  /** Tells the hosts that are chosen in a namespace, sorted. */
  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void;
}
