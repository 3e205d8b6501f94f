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

/** Exports on the disk of the one host that sees them: a file for each record, read once and kept in memory. */
export class LocalExports implements ExportStore {
  #known: Records | undefined;
  readonly #followers = new Set<Follower>();

  /** @param directory made when the first record is put */
  constructor(readonly directory: string) {}

  async put(record: ExportRecord): Promise<boolean> {
    const known = this.#all();
    const key = exportKeyText(record);
    const before = known.get(key);
    if (before !== undefined && sameRecord(before, record)) return false;
    const text = encodeRecord(record);
    mkdirSync(nativePath(this.directory), { recursive: true, mode: 0o700 });
    replaceFile(this.#path(key), encodeBytes(text), { mode: 0o600 });
    known.set(key, record);
    this.#tell(record);
    return true;
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
    this.#tell(exported);
    return true;
  }

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
    for (const name of this.#names()) {
      const path = join(this.directory, name);
      let text: string;
      try {
        text = readFileSync(nativePath(path), "utf8");
      } catch (error) {
        throw systemError("could not read", path, error);
      }
      const record = decodeRecord(text);
      if (record === undefined) continue;
      const key = exportKeyText(record);
      if (this.#path(key) === path) known.set(key, record);
    }
    return known;
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
