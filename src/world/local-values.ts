import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { equal, type Value } from "../../lang/value.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import { nativePath } from "../os/paths.ts";
import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";
import { decodeValue, encodeValue } from "./value-codec.ts";
import { Watchers } from "./watchers.ts";
import type { ValueStore } from "./world.ts";

/** Values on disk: a file for each, read once and kept in memory. */
export class LocalValues implements ValueStore {
  readonly #known = new Map<string, Value | undefined>();
  readonly #watchers = new Watchers();

  constructor(readonly directory: string) {}

  get(key: string): Value | undefined {
    if (!this.#known.has(key)) this.#known.set(key, this.#read(key));
    return this.#known.get(key);
  }

  set(key: string, value: Value | undefined): void {
    const before = this.get(key);
    if (value === undefined || before === undefined ? value === before : equal(value, before)) return;
    if (value === undefined) rmSync(nativePath(this.#path(key)), { force: true });
    else this.#write(key, value);
    this.#known.set(key, value);
    this.#watchers.tell(key);
  }

  follow(key: string, listener: Listener<Value | undefined>, signal: AbortSignal): void {
    follow(
      () => this.get(key),
      listener,
      signal,
      (onChange) => this.#watchers.add(key, onChange, signal),
    );
  }

  /** What cannot be understood counts as nothing: the next value replaces it. */
  #read(key: string): Value | undefined {
    const path = this.#path(key);
    try {
      return decodeValue(readFileSync(nativePath(path), "utf8"));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw systemError("could not read", path, error);
    }
  }

  #write(key: string, value: Value): void {
    const text = encodeValue(value);
    mkdirSync(nativePath(this.directory), { recursive: true, mode: 0o700 });
    replaceFile(this.#path(key), encodeBytes(text), { mode: 0o600 });
  }

  /** Any text is a legal key, so those with separators, and long ones, are kept under their hash. */
  #path(key: string): string {
    const plain = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(key);
    return join(
      this.directory,
      plain ? key : `.${createHash("sha256").update(encodeBytes(key)).digest("hex")}`,
    );
  }
}
