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
  /** For how many seconds it stays registered after that, unless it persists; whatever suits the store if unset. */
  readonly ttl?: number;
}

/** Namespaces and hosts are not empty; neither has a `/` in it, nor hosts a comma. */
export interface ScheduleStore {
  /** What a host asks for now; undefined if it is not registered. @throws SystemError */
  registration(namespace: string, host: string): Promise<ScheduleOptions | undefined>;
  /** @returns whether anything changed. @throws SystemError */
  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean>;
  /** @returns whether it was registered. @throws SystemError */
  withdraw(namespace: string, host: string): Promise<boolean>;
  /**
   * The process of this host that has registered it goes on without. It stays if it persists, for a while if it has a
   * `ttl`, and is withdrawn otherwise. @throws SystemError
   */
  release(namespace: string, host: string): Promise<void>;
  /** Tells the hosts that are chosen in a namespace, sorted. */
  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void;
}
