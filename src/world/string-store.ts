/** Texts that hosts share (cluster specification, section 3). A store may be far away, so it answers later. */
import type { Listener } from "./listener.ts";

/** One text for each key, the same for all hosts. Keys are not empty. */
export interface StringStore {
  /** @returns undefined if there is none. @throws Error */
  get(key: string): Promise<string | undefined>;
  /** @returns whether it was another, which is when followers hear of it. @throws Error */
  set(key: string, text: string): Promise<boolean>;
  /**
   * The same, if the text is still the one that was found, or if there is still none.
   * @returns whether it was. @throws Error
   */
  replace(key: string, found: string | undefined, text: string): Promise<boolean>;
  /** @returns whether there was one. @throws Error */
  delete(key: string): Promise<boolean>;
  /** Tells the text, or that there is none. */
  follow(key: string, listener: Listener<string | undefined>, signal: AbortSignal): void;
}

/** One text for each namespace and host. Neither is empty or has a `/` in it. */
export interface HostStringStore {
  /** By host, sorted. @throws Error */
  get(namespace: string): Promise<ReadonlyMap<string, string>>;
  /** That of one host; undefined if there is none. @throws Error */
  getOf(namespace: string, host: string): Promise<string | undefined>;
  /** @returns whether it was another, which is when followers hear of it. @throws Error */
  set(namespace: string, host: string, text: string): Promise<boolean>;
  /** @returns whether there was one. @throws Error */
  delete(namespace: string, host: string): Promise<boolean>;
  /** Tells the texts of all hosts in a namespace, by host, sorted. */
  follow(namespace: string, listener: Listener<ReadonlyMap<string, string>>, signal: AbortSignal): void;
  /** Tells that of one host, or that there is none. */
  followOf(
    namespace: string,
    host: string,
    listener: Listener<string | undefined>,
    signal: AbortSignal,
  ): void;
}
