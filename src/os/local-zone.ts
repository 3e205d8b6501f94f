import type { LocalZone } from "../../lang/host.ts";
import { localTimeZone, type TimeZone } from "./time-zone.ts";
import { watchPath } from "./watch-path.ts";

const SYSTEM_ZONE = "/etc/localtime";

/** The time zone of this machine: read when it is first asked for, then again after each change. */
export class LocalTimeZone {
  readonly #signal: AbortSignal;
  readonly #file: string;
  readonly #listeners = new Set<{ readonly onChange: () => void }>();
  #isWatched = false;
  #zone: TimeZone | undefined;

  /** @param signal ends the watch */
  constructor(signal: AbortSignal, file = SYSTEM_ZONE) {
    this.#signal = signal;
    this.#file = file;
  }

  at(seconds: bigint): LocalZone {
    this.#watch();
    this.#zone ??= localTimeZone(process.env.TZ, this.#file);
    return this.#zone.at(seconds);
  }

  /** Calls back when the zone may be another one. @returns what ends it */
  onChange(onChange: () => void): () => void {
    this.#watch();
    const listener = { onChange };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The environment does not change; without it the file counts. */
  #watch(): void {
    if (this.#isWatched || process.env.TZ !== undefined || this.#signal.aborted) return;
    this.#isWatched = true;
    watchPath(this.#file, {
      signal: this.#signal,
      onChange: () => {
        this.#zone = undefined;
        for (const listener of [...this.#listeners]) listener.onChange();
      },
    });
  }
}
