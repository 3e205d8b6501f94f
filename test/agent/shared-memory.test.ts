import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtcdError } from "../../etcd/client/error.ts";
import type { ExportedResource } from "../../lang/host.ts";
import type { Value } from "../../lang/value.ts";
import { hostExports, hostStores } from "../../src/agent/host-stores.ts";
import { SharedMemory } from "../../src/agent/shared-memory.ts";
import type { Listener } from "../../src/world/listener.ts";
import { localWorld } from "../../src/world/local.ts";
import type { World } from "../../src/world/world.ts";

/** A directory that is removed with the test. */
class Prefix implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-memory-"));
  readonly logged: string[] = [];

  open(): SharedMemory {
    return new SharedMemory(this.path, (_level, _origin, text) => this.logged.push(text));
  }

  files(): readonly string[] {
    const directory = join(this.path, "cache", "shared");
    return readdirSync(directory).map((name) => join(directory, name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

test("what was noted last is known after a restart", () => {
  using prefix = new Prefix();
  {
    using memory = prefix.open();
    memory.note("string", "key", "one");
    memory.note("string", "key", "two");
    memory.note("schedule", "key", "three");
    expect(memory.recall("string", "key")).toBe("two");
  }
  const next = prefix.open();
  expect([next.recall("string", "key"), next.recall("schedule", "key")]).toEqual(["two", "three"]);
  expect(next.recall("string", "other")).toBeUndefined();
  for (const path of prefix.files()) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(prefix.logged).toEqual([]);
});

test("what is damaged is unknown, and told", () => {
  using prefix = new Prefix();
  using memory = prefix.open();
  memory.note("string", "key", "one");
  memory.flush();
  const [path = ""] = prefix.files();
  writeFileSync(path, readFileSync(path, "utf8").slice(0, 10));
  expect(prefix.open().recall("string", "key")).toBeUndefined();
  expect(prefix.logged).toHaveLength(1);
});

test("a program that starts without the store has what it was told before", () => {
  using prefix = new Prefix();
  const away = new EtcdError("unreachable", "it is away");
  const exported: ExportedResource = {
    ...{ name: "a", host: "h1" },
    fields: new Map<string, Value>([
      ["mode", "0644"],
      ["size", 3n],
    ]),
    meta: new Map([["hidden", true]]),
  };
  const kept = {
    strings: "text",
    hostStrings: new Map([["h1", "one"]]),
    schedules: ["h1", "h2"],
    exports: [exported],
  };
  const begin = (isThere: boolean, key = "key"): readonly unknown[] => {
    const store = <T>(value: T) => ({
      follow(_: unknown, listener: Listener<T>): void {
        if (isThere) listener.onValue(value);
        else listener.onError(away);
      },
    });
    const local = localWorld(prefix.path);
    const world: World = {
      ...local,
      strings: Object.assign(Object.create(local.strings), store(kept.strings)),
      hostStrings: Object.assign(Object.create(local.hostStrings), store(kept.hostStrings)),
      schedules: Object.assign(Object.create(local.schedules), store(kept.schedules)),
      exports: Object.assign(Object.create(local.exports), store(kept.exports)),
    };
    using memory = prefix.open();
    const { signal } = new AbortController();
    const options = { world, memory, log: () => {}, signal };
    const stores = hostStores(options, { read: () => "" });
    const told: unknown[] = [];
    const onError = (error: unknown): void => void told.push(error);
    for (const each of [stores.strings, stores.hostStrings, stores.schedules])
      each.follow(key, (value) => told.push(value), onError);
    hostExports(options, "h2").follow("file", (value) => told.push(value), onError);
    return told;
  };
  const known = Object.values(kept);
  expect(begin(false)).toEqual([]);
  expect(begin(true)).toEqual(known);
  expect(begin(false)).toEqual(known);
  expect(begin(false, "other")).toEqual([[exported]]);
});
