import type { LocalZone } from "../../lang/host.ts";
import { localTimeZone, type TimeZone } from "./time-zone.ts";
import { watchPath } from "./watch-path.ts";

/** What says which zone it is. */
export interface ZoneSetting {
  /** The environment variable `TZ`, which the file gives way to. */
  readonly variable: string | undefined;
  readonly file: string;
}

/** The time zone of this machine: read when it is first asked for, then again after each change. */
export class LocalTimeZone {
  readonly #signal: AbortSignal;
  readonly #setting: ZoneSetting;
  readonly #listeners = new Set<{ readonly onChange: () => void }>();
  #isWatched = false;
  #zone: TimeZone | undefined;

  /** @param signal ends the watch */
  constructor(
    signal: AbortSignal,
    setting: ZoneSetting = { variable: process.env.TZ, file: "/etc/localtime" },
  ) {
    this.#signal = signal;
    this.#setting = setting;
  }

  at(seconds: bigint): LocalZone {
    this.#watch();
    this.#zone ??= localTimeZone(this.#setting.variable, this.#setting.file);
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
    const { variable, file } = this.#setting;
    if (this.#isWatched || variable !== undefined || this.#signal.aborted) return;
    this.#isWatched = true;
    watchPath(file, {
      signal: this.#signal,
      onChange: () => {
        this.#zone = undefined;
        for (const listener of [...this.#listeners]) listener.onChange();
      },
    });
  }
}
