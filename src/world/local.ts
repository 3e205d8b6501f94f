/** The world of a single machine: everything shared is in memory and on disk under the prefix. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { equal, type Value } from "../../lang/value.ts";
import { decodeValue, encodeValue } from "./value-codec.ts";
import type { ValueStore, World } from "./world.ts";

/** @param prefix the agent's working directory */
export function localWorld(prefix: string): World {
  return { values: new LocalValues(join(prefix, "local", "value")) };
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
    if (value === undefined) rmSync(this.#path(key), { force: true });
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

  #read(key: string): Value | undefined {
    try {
      return decodeValue(readFileSync(this.#path(key), "utf8"));
    } catch {
      return undefined;
    }
  }

  #write(key: string, value: Value): void {
    const path = this.#path(key);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.tmp`, encodeValue(value), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  /** Any name is a legal key, so names with separators, and long ones, are kept under their hash. */
  #path(key: string): string {
    const plain = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(key) && !key.endsWith(".tmp");
    return join(this.directory, plain ? key : `.${createHash("sha256").update(key).digest("hex")}`);
  }
}
