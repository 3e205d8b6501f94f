import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExportedResource } from "../../lang/host.ts";
import type { MetaName } from "../../lang/meta.ts";
import { MapValue, type Value } from "../../lang/value.ts";
import type { ExportRecord, ExportStore } from "../../src/world/export-store.ts";
import { localWorld } from "../../src/world/local.ts";

let prefix: string;
const directory = (): string => join(prefix, "local/export");
const store = (): ExportStore => localWorld(prefix).exports;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-exports-"));
});

afterEach(() => {
  rmSync(prefix, { recursive: true, force: true });
});

function record(more: Partial<ExportRecord> = {}): ExportRecord {
  return {
    kind: "file",
    name: "/a",
    from: "h1",
    to: "*",
    fields: new Map<string, Value>([["content", "text"]]),
    meta: new Map<MetaName, Value>([["hidden", true]]),
    ...more,
  };
}

const printed = (records: readonly ExportedResource[]): string =>
  records.map(({ name, host, fields }) => `${name}@${host}=${fields.get("content")}`).join(" ");

/** What a follower has been told so far, as text. */
function follow(
  exports: ExportStore,
  kind: string,
  to: string,
  signal = new AbortController().signal,
): string[] {
  const told: string[] = [];
  exports.follow(
    { kind, to },
    {
      onValue: (records) => told.push(printed(records)),
      onError: (error) => told.push(String(error)),
    },
    signal,
  );
  return told;
}

describe("records", () => {
  const strange = ["/", "..", "", "NUL\0", "\udc80", "x".repeat(10_000), '"', "a b"];

  test("of any name are kept over a restart, for the owner only, and can be withdrawn", async () => {
    const exports = store();
    const records = strange.flatMap((name) => [record({ name }), record({ name: "n", to: name })]);
    for (const each of records) expect(await exports.put(each)).toBe(true);
    for (const name of readdirSync(directory())) {
      expect(statSync(join(directory(), name)).mode & 0o777).toBe(0o600);
    }
    const later = store();
    expect(new Set(await later.list("h1"))).toEqual(new Set(records));
    expect(await later.list("h2")).toEqual([]);
    for (const each of records) expect(await later.withdraw(each)).toBe(true);
    expect(await later.withdraw(record())).toBe(false);
    expect(readdirSync(directory())).toEqual([]);
  });

  test("that are equal change nothing", async () => {
    const map = (...keys: string[]): Value => new MapValue(keys.map((key) => [key, 1n]));
    expect(await store().put(record({ fields: new Map([["m", map("a", "b")]]) }))).toBe(true);
    expect(await store().put(record({ fields: new Map([["m", map("b", "a")]]) }))).toBe(false);
    expect(await store().put(record({ fields: new Map([["m", map("a")]]) }))).toBe(true);
  });

  test("are not there, nor is their directory, before one is put", async () => {
    expect(await store().list("h1")).toEqual([]);
    expect(await store().withdraw(record())).toBe(false);
    expect(readdirSync(prefix)).toEqual([]);
  });

  test("that cannot be understood, or have the name of others, count as nothing", async () => {
    await store().put(record());
    const [name = ""] = readdirSync(directory());
    copyFileSync(join(directory(), name), join(directory(), "copy.json"));
    for (const text of ["", "{}", '{"struct":[]}', '{"str":"x"}'])
      writeFileSync(join(directory(), "x.json"), text);
    expect(await store().list("h1")).toEqual([record()]);
  });

  test("that cannot be read are an error that names them", async () => {
    mkdirSync(join(directory(), "x.json"), { recursive: true });
    expect(store().list("h1")).rejects.toThrow(`could not read ${directory()}/x.json: is a directory`);
    const told = follow(store(), "file", "h1");
    await undefined;
    expect(told.join()).toContain("could not read");
  });
});

describe("records that are to go with their exporter", () => {
  const later = (seconds: number): void =>
    writeFileSync(join(directory(), "alive"), String(Date.now() - seconds * 1000));
  const found = async (): Promise<readonly string[]> =>
    (await store().list("h1")).map(({ name }) => name).sort();

  test("count for nothing once nobody has been there for so long, and others stay", async () => {
    const exports = store();
    await exports.put(record({ name: "/short" }), { ttl: 10, isSealed: false });
    await exports.put(record({ name: "/long" }), { ttl: 100, isSealed: false });
    await exports.put(record({ name: "/ever" }));
    later(9);
    expect(await found()).toEqual(["/ever", "/long", "/short"]);
    later(11);
    expect(await found()).toEqual(["/ever", "/long"]);
    const told = follow(store(), "file", "h1");
    await undefined;
    expect(told).toEqual(["/ever@h1=text /long@h1=text"]);
    // Nothing comes back because somebody is there again.
    const next = store();
    expect(await next.put(record({ name: "/long" }), { ttl: 100, isSealed: false })).toBe(false);
    expect(await found()).toEqual(["/ever", "/long"]);
    later(101);
    expect(await found()).toEqual(["/ever"]);
  });

  test("may change their minds", async () => {
    const exports = store();
    await exports.put(record(), { ttl: 10, isSealed: false });
    expect(await exports.put(record())).toBe(false);
    later(1000);
    expect(await found()).toEqual(["/a"]);
    expect(await store().put(record(), { ttl: 10, isSealed: true })).toBe(false);
    later(11);
    expect(await found()).toEqual([]);
  });
});

describe("followers", () => {
  test("hear of what they may collect, sorted, once soon and at each change", async () => {
    const exports = store();
    await exports.put(record({ name: "/b" }));
    const told = follow(exports, "file", "h1");
    expect(told).toEqual([]);
    await undefined;
    expect(told.splice(0)).toEqual(["/b@h1=text"]);
    await exports.put(record({ name: "/a", from: "h2" }));
    await exports.put(record({ name: "/a", from: "h1", to: "h1" }));
    expect(told.splice(0)).toEqual(["/a@h2=text /b@h1=text", "/a@h1=text /a@h2=text /b@h1=text"]);
    await exports.withdraw(record({ name: "/b" }));
    expect(told.splice(0)).toEqual(["/a@h1=text /a@h2=text"]);
  });

  test("hear of nothing else", async () => {
    const exports = store();
    const ends = new AbortController();
    const told = follow(exports, "file", "h1", ends.signal);
    await undefined;
    await exports.put(record({ to: "h2" }));
    await exports.put(record({ kind: "exec" }));
    expect(told.splice(0)).toEqual([""]);
    await exports.put(record());
    await exports.put(record());
    expect(told.splice(0)).toEqual(["/a@h1=text"]);
    ends.abort();
    await exports.withdraw(record());
    expect(told).toEqual([]);
  });

  test("see one record of a name and host: the one that is addressed to them", async () => {
    const exports = store();
    const content = (text: string) => new Map<string, Value>([["content", text]]);
    await exports.put(record({ to: "h1", fields: content("mine") }));
    await exports.put(record({ to: "*", fields: content("everybody's") }));
    const told = [follow(exports, "file", "h1"), follow(exports, "file", "h2")];
    await undefined;
    expect(told).toEqual([["/a@h1=mine"], ["/a@h1=everybody's"]]);
  });
});
