import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import type { ExportedResource } from "../../lang/host.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import { nativePath } from "../os/paths.ts";
import { decodeRecord, encodeRecord, sameRecord } from "./export-codec.ts";
import {
  type Collector,
  collectable,
  type ExportKey,
  type ExportOptions,
  type ExportRecord,
  type ExportStore,
  exportKeyText,
  isFor,
} from "./export-store.ts";
import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";

/** By the text of their key. */
type Records = Map<string, ExportRecord>;

interface Follower {
  readonly wanted: Collector;
  readonly tell: () => void;
}

/**
 * Exports on the disk of the one host that sees them: a file for each record, read once and kept in memory. What is to go
 * with its exporter counts for nothing if the next process comes too late for it. Nothing is sealed: nobody else is here.
 */
export class LocalExports implements ExportStore {
  #known: Records | undefined;
  readonly #followers = new Set<Follower>();
  /** By the text of its key: after how many seconds a record is gone when this process is. */
  readonly #ttls = new Map<string, number>();
  /** Files of records whose time was over when this process began. */
  #expired: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shortest = 0;

  /** @param directory made when the first record is put */
  constructor(readonly directory: string) {}

  async put(record: ExportRecord, { ttl }: Pick<ExportOptions, "ttl"> = { ttl: 0 }): Promise<boolean> {
    const known = this.#all();
    const key = exportKeyText(record);
    const before = known.get(key);
    const isSame = before !== undefined && sameRecord(before, record);
    const ttlBefore = this.#ttls.get(key) ?? 0;
    if (isSame && ttl === ttlBefore && (ttl === 0 || this.#timer !== undefined)) return false;
    const text = encodeRecord(record);
    mkdirSync(nativePath(this.directory), { recursive: true, mode: 0o700 });
    this.#removeExpired();
    if (!isSame || ttl !== ttlBefore)
      replaceFile(this.#path(key), encodeBytes(ttl === 0 ? text : `${text}\n${ttl}`), { mode: 0o600 });
    known.set(key, record);
    if (ttl === 0) this.#ttls.delete(key);
    else this.#ttls.set(key, ttl);
    if (ttl !== 0 && (this.#timer === undefined || ttl < this.#shortest)) this.#sayAlive();
    if (!isSame) this.#tell(record);
    return !isSame;
  }

  async withdraw(exported: ExportKey): Promise<boolean> {
    const known = this.#all();
    const key = exportKeyText(exported);
    if (!known.has(key)) return false;
    const path = this.#path(key);
    try {
      rmSync(nativePath(path), { force: true });
    } catch (error) {
      throw systemError("could not remove", path, error);
    }
    known.delete(key);
    this.#ttls.delete(key);
    this.#tell(exported);
    return true;
  }

  followStale(): void {}

  async list(from: string): Promise<readonly ExportRecord[]> {
    return [...this.#all().values()].filter((record) => record.from === from);
  }

  follow(wanted: Collector, listener: Listener<readonly ExportedResource[]>, signal: AbortSignal): void {
    const read = () => collectable(this.#all().values(), wanted);
    follow(read, listener, signal, (tell) => {
      const follower: Follower = { wanted, tell };
      this.#followers.add(follower);
      signal.addEventListener("abort", () => this.#followers.delete(follower), { once: true });
    });
  }

  /** Notes, now and again, that this process is there: what has a time to live counts it from the last note. */
  #sayAlive(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#ttls.size === 0) return;
    try {
      replaceFile(this.#alive, encodeBytes(String(Date.now())), { mode: 0o600 });
    } catch {
      // Its records only go too early, should this process end before the next note.
    }
    this.#shortest = this.#ttls.values().reduce((a, b) => Math.min(a, b));
    const pause = Math.min(Math.max(this.#shortest / 3, 1), longestPause);
    this.#timer = setTimeout(() => this.#sayAlive(), pause * 1000);
    this.#timer.unref();
  }

  /** Before anything says that a process is there, for then they would seem to have time left. */
  #removeExpired(): void {
    for (const path of this.#expired) rmSync(nativePath(path), { force: true });
    this.#expired = [];
  }

  #tell(changed: ExportKey): void {
    for (const { wanted, tell } of [...this.#followers]) if (isFor(changed, wanted)) tell();
  }

  #all(): Records {
    this.#known ??= this.#read();
    return this.#known;
  }

  /** What cannot be understood counts as nothing. */
  #read(): Records {
    const known: Records = new Map();
    const expired: string[] = [];
    const age = this.#age();
    for (const name of this.#names()) {
      const path = join(this.directory, name);
      let text: string;
      try {
        text = readFileSync(nativePath(path), "utf8");
      } catch (error) {
        throw systemError("could not read", path, error);
      }
      const [line = "", ttl] = text.split("\n");
      const record = decodeRecord(line);
      const key = record && exportKeyText(record);
      if (record === undefined || key === undefined || this.#path(key) !== path) continue;
      if (ttl !== undefined && age > Number(ttl)) {
        expired.push(path);
        continue;
      }
      known.set(key, record);
      if (ttl !== undefined) this.#ttls.set(key, Number(ttl));
    }
    this.#expired = expired;
    return known;
  }

  /** For how many seconds no process has been there. */
  #age(): number {
    try {
      return (Date.now() - Number(readFileSync(nativePath(this.#alive), "utf8"))) / 1000;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return 0;
      throw systemError("could not read", this.#alive, error);
    }
  }

  get #alive(): string {
    return join(this.directory, "alive");
  }

  #names(): readonly string[] {
    try {
      return readdirSync(nativePath(this.directory)).filter((name) => name.endsWith(suffix));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw systemError("could not read", this.directory, error);
    }
  }

  /** Names of resources and hosts may be anything, of any length. */
  #path(key: string): string {
    const hash = createHash("sha256").update(encodeBytes(key)).digest("hex");
    return join(this.directory, `${hash}${suffix}`);
  }
}

const suffix = ".json";

/** In seconds: between two notes that this process is there. */
const longestPause = 60;
