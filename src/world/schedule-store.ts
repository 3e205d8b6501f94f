/** Hosts that ask to be chosen, and those that are (cluster specification, section 6). */
import type { Listener } from "./listener.ts";

/** What a host asks for. All hosts of a namespace are expected to ask for the same. */
export interface ScheduleOptions {
  readonly strategy: Strategy;
  /** How many hosts to choose, at least 1. */
  readonly max: number;
  /** Whether a host stays registered when it goes away without withdrawing. */
  readonly persist: boolean;
  /**
   * For how many seconds, at least 1, a host stays registered that has gone away, unless it persists. If unset, one that
   * goes in order is registered no more, and one that does not stays for whatever suits the store.
   */
  readonly ttl?: number;
  /** The hosts that may be chosen; all if not given. */
  readonly hosts?: readonly string[];
}

/**
 * Who goes first: `alpha` takes the order of names. With the others who was chosen stays; to fill the rest, `rr` takes
 * those that have asked the longest, `least` those that have the least to do.
 */
export type Strategy = (typeof strategies)[number];

export const strategies = ["rr", "alpha", "least"] as const;

/** Namespaces and hosts are not empty; neither has a `/` in it, nor hosts a comma. */
export interface ScheduleStore {
  /** What a host asks for now; undefined if it is not registered. @throws Error */
  registration(namespace: string, host: string): Promise<ScheduleOptions | undefined>;
  /** @returns whether anything changed. @throws Error */
  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean>;
  /** @returns whether it was registered. @throws Error */
  withdraw(namespace: string, host: string): Promise<boolean>;
  /**
   * The process of this host that has registered it goes on without. It stays if it persists, for a while if it has a
   * `ttl`, and is withdrawn otherwise. @throws Error
   */
  release(namespace: string, host: string): Promise<void>;
  /** Tells what a host asks for, as {@link registration}. */
  followRegistration(
    namespace: string,
    host: string,
    listener: Listener<ScheduleOptions | undefined>,
    signal: AbortSignal,
  ): void;
  /** Tells the hosts that are chosen in a namespace, sorted. */
  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void;
}
