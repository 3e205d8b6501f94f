import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { type Clock, systemClock } from "../engine/clock.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import { makeDirectory } from "../os/make-directory.ts";

/** Of the form of the files. */
const version = 1;

/** In ms: what changes all the time is written down now and then. */
const interval = 1000;

/** In ms: between two tries, such as with a full disk. */
const retryPause = 30_000;

/** More than any program follows; those that were written the longest ago go first. */
const mostFiles = 1000;

/**
 * What programs were told last of what hosts share, in `PREFIX/cache/shared/`: a host that starts without the store goes on with it,
 * as it would have without the restart. A file for each thing that is followed.
 */
export class SharedMemory implements Disposable {
  readonly #directory: string;
  readonly #log: Log;
  readonly #clock: Clock;
  /** By path: what is to be written. */
  readonly #due = new Map<string, string>();
  readonly #written = new Map<string, string>();
  #stopTimer: (() => void) | undefined;
  #complaint = "";

  /** @param prefix the working directory of the agent, absolute */
  constructor(prefix: string, log: Log, clock: Clock = systemClock) {
    this.#directory = join(prefix, "cache", "shared");
    this.#log = log;
    this.#clock = clock;
  }

  /** @param what a kind of things that are followed @param key which of them */
  note(what: string, key: string, text: string): void {
    this.#due.set(this.#pathOf(what, key), JSON.stringify({ v: version, what, key, text }));
    this.#stopTimer ??= this.#clock.after(interval, () => this.flush());
  }

  /** @returns what was noted last; undefined if that is not known */
  recall(what: string, key: string): string | undefined {
    const path = this.#pathOf(what, key);
    try {
      const data: unknown = JSON.parse(this.#due.get(path) ?? readFileSync(path, "utf8"));
      if (typeof data !== "object" || data === null || !("v" in data) || data.v !== version) return undefined;
      if (!("text" in data) || typeof data.text !== "string") return undefined;
      return data.text;
    } catch (error) {
      if (errorCode(error) !== "ENOENT")
        this.#log("warn", "main", `cannot read what was shared before, in ${path}: ${explainError(error)}`);
      return undefined;
    }
  }

  /** Writes what is noted. */
  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    try {
      for (const [path, text] of this.#due) {
        if (this.#written.get(path) === text) continue;
        if (this.#written.size === 0) this.#makeRoom();
        replaceFile(path, encodeBytes(`${text}\n`), { mode: 0o600 });
        this.#written.set(path, text);
      }
      this.#due.clear();
      this.#complaint = "";
    } catch (error) {
      const complaint = explainError(error);
      if (complaint !== this.#complaint)
        this.#log("warn", "main", `a start without the store will lack what hosts share: ${complaint}`);
      this.#complaint = complaint;
      this.#stopTimer = this.#clock.after(retryPause, () => this.flush());
    }
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#stopTimer?.();
  }

  #makeRoom(): void {
    makeDirectory(join(this.#directory, ".."), 0o700);
    makeDirectory(this.#directory, 0o700);
    const paths = readdirSync(this.#directory).map((name) => join(this.#directory, name));
    if (paths.length <= mostFiles) return;
    const oldest = paths
      .map((path) => ({ path, time: statSync(path).mtimeMs }))
      .sort((a, b) => a.time - b.time);
    for (const { path } of oldest.slice(0, paths.length - mostFiles)) rmSync(path, { force: true });
  }

  #pathOf(what: string, key: string): string {
    const hash = createHash("sha256")
      .update(JSON.stringify([what, key]))
      .digest("hex");
    return join(this.#directory, hash.slice(0, 32));
  }
}
