/** The world of a single machine: everything shared is in memory and on disk under the prefix. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { equal, type Value } from "../../lang/value.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import { nativePath } from "../os/paths.ts";
import { LocalExports } from "./local-exports.ts";
import { decodeValue, encodeValue } from "./value-codec.ts";
import type { ValueStore, World } from "./world.ts";

/** @param prefix the agent's working directory */
export function localWorld(prefix: string): World {
  return {
    values: new LocalValues(join(prefix, "local", "value")),
    exports: new LocalExports(join(prefix, "local", "export")),
  };
}

class LocalValues implements ValueStore {
  readonly #known = new Map<string, Value | undefined>();
  readonly #watchers = new Map<string, Set<() => void>>();

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
    for (const onChange of this.#watchers.get(key) ?? []) onChange();
  }

  watch(key: string, onChange: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(onChange));
    signal.addEventListener("abort", () => watchers.delete(onChange), { once: true });
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
