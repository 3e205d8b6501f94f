import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEnvironment } from "../../src/engine/environment.ts";
import type { Resource } from "../../src/engine/resource.ts";
import type { ExportKey, ExportRecord, ExportStore } from "../../src/world/export-store.ts";
import { localWorld } from "../../src/world/local.ts";
import { LocalExports } from "../../src/world/local-exports.ts";
import type { World } from "../../src/world/world.ts";
import { Lab, quiet, type Script } from "./lab.ts";

let prefix: string;
let world: World;
/** What the store was asked to do, and whether that changed anything. */
let asked: string[];
/** What the store refuses at the moment, and why. */
let refused: Error | undefined;
/** By what it is asked to do: what the store waits for before it does that. */
let held: ReadonlyMap<string, Promise<void>>;
/** Says that records have to be put again. */
let tellStale: (keys: readonly ExportKey[]) => void;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-exporting-"));
  asked = [];
  refused = undefined;
  held = new Map();
  restart();
});
afterEach(() => rmSync(prefix, { recursive: true, force: true }));

/** The world as the next process finds it. */
function restart(): void {
  const local = localWorld(prefix);
  world = { ...local, exports: watched(local.exports) };
}

function watched(store: ExportStore): ExportStore {
  const answer = async (
    what: string,
    { name, to }: ExportKey,
    change: () => Promise<boolean>,
  ): Promise<boolean> => {
    if (refused !== undefined) throw refused;
    await held.get(what);
    const changed = await change();
    asked.push(`${what} ${name} to ${to}${changed ? "" : ": as before"}`);
    return changed;
  };
  return {
    put: (record, options) => answer("put", record, () => store.put(record, options)),
    withdraw: (key) => answer("withdraw", key, () => store.withdraw(key)),
    list: (from) => store.list(from),
    followStale: (onStale, signal) => {
      tellStale = onStale;
      signal.addEventListener("abort", () => (tellStale = () => {}));
    },
    follow: (...args) => store.follow(...args),
  };
}

const lab = (environment: Partial<EngineEnvironment> = {}): Lab => new Lab({ world, ...environment });

function exported(in_: Lab, name: string, to: readonly string[], script: Script = {}): Resource {
  return in_.resource(name, { ...script, meta: { ...script.meta, export: to } });
}

async function stored(): Promise<readonly ExportRecord[]> {
  return new LocalExports(join(prefix, "local/export")).list("h1");
}

const names = async (): Promise<readonly string[]> =>
  (await stored()).map(({ name, to }) => `${name} to ${to}`).sort();

test("a resource is exported with its parameters, and without `export`", async () => {
  const engine = lab();
  await engine.run([
    exported(engine, "a", ["*", "h2", "*"], {
      fields: { x: 1n },
      meta: { retry: 2, hidden: true, limit: 3, burst: 1, sema: ["s"] },
    }),
  ]);
  const expected = {
    kind: "test",
    name: "a",
    from: "h1",
    fields: new Map([["x", 1n]]),
    meta: new Map<string, unknown>([
      ["retry", 2n],
      ["limit", 3],
      ["burst", 1n],
      ["sema", ["s"]],
      ["hidden", true],
    ]),
  };
  expect(new Set<unknown>(await stored())).toEqual(
    new Set([
      { ...expected, to: "*" },
      { ...expected, to: "h2" },
    ]),
  );
  expect(engine.checked).toEqual([]);
  expect(engine.states()).toEqual(["a: ok"]);
});

test("it is exported when its turn has come", async () => {
  const engine = lab();
  let fails = true;
  const first = engine.resource("first", {
    check: () => {
      if (fails) throw new Error("not yet");
      return true;
    },
  });
  const hidden = { meta: { hidden: true } };
  await engine.run(
    [first, exported(engine, "seen", ["*"]), exported(engine, "hidden", ["*"], hidden)],
    ["first -> seen", "first -> hidden"],
  );
  expect(await names()).toEqual([]);
  fails = false;
  await engine.swap([first]);
  await engine.run(
    [
      engine.resource("first", { fields: { now: "well" } }),
      exported(engine, "seen", ["*"]),
      exported(engine, "hidden", ["*"], hidden),
    ],
    ["first -> seen", "first -> hidden"],
  );
  expect(await names()).toEqual(["hidden to *", "seen to *"]);
});

test("never in noop mode, nor is anything withdrawn", async () => {
  const before = lab();
  await before.run([exported(before, "old", ["*"])]);
  const engine = lab({ noop: true });
  await engine.run([exported(engine, "a", ["*"])]);
  const alone = lab();
  await alone.run([exported(alone, "old", ["*"]), exported(alone, "b", ["*"], { meta: { noop: true } })]);
  expect(await names()).toEqual(["old to *"]);
});

test("it is written once; an equal record notifies nobody", async () => {
  const graph = async (engine: Lab): Promise<string> => {
    const told: boolean[] = [];
    const listener = engine.resource("listener", {
      refreshable: true,
      check: ({ refresh }) => told.push(refresh) > 0,
    });
    await engine.run([exported(engine, "a", ["*"]), listener], ["a => listener"]);
    engine.event("a");
    await engine.engine.settled();
    await engine.run([exported(engine, "a", ["*"]), listener], ["a => listener"]);
    await engine.engine.stop();
    return told.join();
  };
  expect(await graph(lab())).toBe("true");
  expect(asked.splice(0)).toEqual(["put a to *"]);
  restart();
  expect(await graph(lab())).toBe("false");
  expect(asked).toEqual(["put a to *: as before"]);
});

test("what a graph has no more is withdrawn, by host, and not at the end", async () => {
  const engine = lab();
  await engine.run([
    exported(engine, "a", ["h2", "h3"]),
    exported(engine, "b", ["*"]),
    exported(engine, "c", ["*"]),
  ]);
  await engine.run([exported(engine, "a", ["h3"]), exported(engine, "b", ["*"]), engine.resource("c")]);
  expect(await names()).toEqual(["a to h3", "b to *"]);
  await engine.engine.stop();
  expect(await names()).toEqual(["a to h3", "b to *"]);
});

test("the first graph withdraws what an earlier process exported and it does not, of this host only", async () => {
  const before = lab();
  await before.run([exported(before, "a", ["*"]), exported(before, "b", ["*"])]);
  await before.engine.stop();
  const other = { kind: "test", name: "x", from: "h2", to: "*", fields: new Map(), meta: new Map() };
  await world.exports.put(other);
  restart();
  const engine = lab();
  await engine.run([exported(engine, "b", ["*"])]);
  expect(await names()).toEqual(["b to *"]);
  expect(await world.exports.list("h2")).toEqual([other]);
});

test("a stop in the midst of a swap withdraws nothing", async () => {
  const before = lab();
  await before.run([exported(before, "a", ["*"])]);
  restart();
  const engine = lab();
  const swap = engine.swap([exported(engine, "a", ["*"])]);
  await Promise.all([engine.engine.stop(), swap]);
  expect(await names()).toEqual(["a to *"]);
});

test("received values are exported, and exported again when they change", async () => {
  const engine = lab();
  let value = "one";
  const sender = engine.resource("sender", {
    check: (_, context) => {
      context.send(new Map([["out", value]]));
      return true;
    },
  });
  const receiver = exported(engine, "a", ["*"], { receives: { text: "sender.out" }, meta: { hidden: true } });
  await engine.run([sender, receiver], ["sender -> a"]);
  const text = async () => (await stored()).map(({ fields }) => fields.get("text"));
  expect(await text()).toEqual(["one"]);
  value = "two";
  engine.event("sender");
  await engine.engine.settled();
  expect(await text()).toEqual(["two"]);
});

test("a failing store fails the resource, which is tried again; what its check repaired is told then", async () => {
  const engine = lab();
  refused = new Error("no room");
  const told: boolean[] = [];
  let repaired = false;
  const broken = exported(engine, "a", ["*"], {
    meta: { retry: 1, delay: 10 },
    check: () => {
      const before = repaired;
      repaired = true;
      return before;
    },
  });
  // The record is there already, so that only the repair is news.
  await localWorld(prefix).exports.put({
    kind: "test",
    name: "a",
    from: "h1",
    to: "*",
    fields: new Map(),
    meta: new Map([
      ["retry", 1n],
      ["delay", 10n],
    ]),
  });
  const listener = engine.resource("listener", {
    refreshable: true,
    check: ({ refresh }) => told.push(refresh) > 0,
  });
  await engine.swap([broken, listener], ["a => listener"]);
  await quiet();
  expect(engine.runs.map(({ error }) => error)).toEqual(["could not be exported: no room"]);
  expect(repaired).toBe(true);
  refused = undefined;
  engine.clock.advance(10);
  await engine.engine.settled();
  expect(engine.states()).toEqual(["a: ok", "listener: ok"]);
  expect(told).toEqual([true]);
});

test("an export beside a check that failed is told with the next attempt", async () => {
  const engine = lab();
  let attempts = 0;
  const broken = exported(engine, "a", ["*"], {
    meta: { retry: 1 },
    check: () => {
      attempts++;
      if (attempts === 1) throw new Error("not yet");
      return true;
    },
  });
  const told: boolean[] = [];
  const listener = engine.resource("listener", {
    refreshable: true,
    check: ({ refresh }) => told.push(refresh) > 0,
  });
  await engine.run([broken, listener], ["a => listener"]);
  expect(attempts).toBe(2);
  expect(told).toEqual([true]);
});

test("a hidden resource that took too long to export is tried again when what it depends on has changed", async () => {
  const engine = lab();
  const gate = Promise.withResolvers<void>();
  held = new Map([["put", gate.promise]]);
  let wrong = false;
  const a = engine.resource("a", { check: () => !wrong });
  const hidden = exported(engine, "hidden", ["*"], { meta: { hidden: true, timeout: 50 } });
  await engine.swap([a, hidden], ["a -> hidden"]);
  await quiet();
  engine.clock.advance(50);
  await engine.engine.settled();
  expect(engine.status("hidden").error).toBe("timed out after 50 ms (Meta:timeout)");
  wrong = true;
  engine.event("a");
  await quiet();
  gate.resolve();
  await quiet();
  await engine.engine.settled();
  expect(engine.states()).toEqual(["a: ok", "hidden: ok"]);
});

test("what cannot be withdrawn is said, and withdrawn with the next graph", async () => {
  const engine = lab();
  await engine.run([exported(engine, "a", ["*"])]);
  refused = new Error("no answer");
  await engine.run([]);
  expect(engine.logged).toContain("error engine: cannot withdraw the export of test[a] to *: no answer");
  refused = undefined;
  await engine.run([engine.resource("b")]);
  expect(await names()).toEqual([]);
});

test("what is asked for again while it is withdrawn is there in the end, and withdrawn when it leaves", async () => {
  const engine = lab();
  const graph = () => [exported(engine, "a", ["*"])];
  await engine.run(graph());
  const gate = Promise.withResolvers<void>();
  held = new Map([["withdraw", gate.promise]]);
  const gone = engine.swap([]);
  await quiet();
  const back = engine.swap(graph());
  await quiet();
  gate.resolve();
  await Promise.all([gone, back]);
  await engine.engine.settled();
  expect(await names()).toEqual(["a to *"]);
  await engine.run([]);
  expect(await names()).toEqual([]);
});

test("what leaves while it is exported is withdrawn", async () => {
  const engine = lab();
  const gate = Promise.withResolvers<void>();
  held = new Map([["put", gate.promise]]);
  await engine.swap([exported(engine, "a", ["*"])]);
  await quiet();
  const swapped = engine.swap([]);
  await quiet();
  gate.resolve();
  await swapped;
  expect(await names()).toEqual([]);
});

test("a store that takes its time over the end of the agent withdraws nothing that is wanted", async () => {
  const engine = lab();
  const a = exported(engine, "a", ["*"]);
  await engine.run([a, exported(engine, "b", ["*"])]);
  const gate = Promise.withResolvers<void>();
  held = new Map([["withdraw", gate.promise]]);
  const swaps = [engine.swap([a]), engine.swap([a, engine.resource("c")])];
  await quiet();
  await engine.engine.stop();
  gate.resolve();
  await Promise.all(swaps);
  expect(await names()).toEqual(["a to *"]);
});

test("how it is kept goes with it, and is of no concern to those who collect it", async () => {
  const put: unknown[] = [];
  const engine = lab({
    world: {
      ...world,
      exports: {
        ...world.exports,
        async put({ meta }, options) {
          put.push([...meta], options);
          return true;
        },
      },
    },
  });
  const meta = { export_ttl: 60, export_seal: true, hidden: true };
  await engine.run([exported(engine, "a", ["h2"], { meta })]);
  expect(put).toEqual([[["hidden", true]], { ttl: 60, isSealed: true }]);
  await engine.run([exported(engine, "a", ["h2"], { meta: { hidden: true } })]);
  expect(put.slice(2)).toEqual([[["hidden", true]], { ttl: 0, isSealed: false }]);
});

test("what the store does not take for good is tried again, less and less often", async () => {
  const engine = lab();
  refused = new Error("no answer");
  await engine.run([exported(engine, "a", ["*"], { meta: { hidden: true } })]);
  expect(engine.states()).toEqual(["a: failed"]);
  engine.clock.advance(5_000);
  await engine.engine.settled();
  expect(engine.runs).toHaveLength(2);
  engine.clock.advance(9_999);
  await engine.engine.settled();
  expect(engine.runs).toHaveLength(2);
  refused = undefined;
  engine.clock.advance(1);
  await engine.engine.settled();
  expect([engine.states(), await names()]).toEqual([["a: ok"], ["a to *"]]);
  await engine.run([]);
  engine.clock.advance(100_000);
  await engine.engine.settled();
  expect(await names()).toEqual([]);
});

test("what has left is not tried again", async () => {
  const engine = lab();
  refused = new Error("no answer");
  await engine.run([exported(engine, "a", ["*"])]);
  await engine.run([]);
  refused = undefined;
  engine.clock.advance(100_000);
  await quiet();
  expect(asked).toEqual(["withdraw a to *: as before"]);
});

test("what cannot be withdrawn is withdrawn later, also if there is no other graph", async () => {
  const before = lab();
  await before.run([exported(before, "a", ["*"]), exported(before, "b", ["*"])]);
  await before.engine.stop();
  restart();
  const list = world.exports.list;
  let refusesList = true;
  const engine = lab({
    world: {
      ...world,
      exports: {
        ...world.exports,
        list: async (from) => (refusesList ? Promise.reject(new Error("no answer")) : list(from)),
      },
    },
  });
  await engine.run([]);
  expect(engine.logged).toContain("error engine: cannot tell what was exported before: no answer");
  refusesList = false;
  refused = new Error("no answer");
  engine.clock.advance(5_000);
  await quiet();
  expect(await names()).toEqual(["a to *", "b to *"]);
  refused = undefined;
  engine.clock.advance(10_000);
  await quiet();
  expect(await names()).toEqual([]);
});

test("nothing is withdrawn before the first graph, nor what has failed or waits in it", async () => {
  const before = lab();
  const old = ["gone", "failing", "waiting"];
  await before.run(old.map((name) => exported(before, name, ["*"])));
  await before.engine.stop();
  restart();
  const engine = lab();
  await quiet();
  expect(await names()).toEqual(["failing to *", "gone to *", "waiting to *"]);
  const fails = {
    check: () => {
      throw new Error("broken");
    },
  };
  await engine.run(
    [
      engine.resource("first", fails),
      exported(engine, "failing", ["*"], fails),
      exported(engine, "waiting", ["*"]),
    ],
    ["first -> waiting"],
  );
  expect(engine.states()).toEqual(["failing: failed", "first: failed", "waiting: blocked"]);
  expect(await names()).toEqual(["failing to *", "waiting to *"]);
});

test("what the store may not have as it should is put again, whatever has become of it, or withdrawn", async () => {
  const engine = lab();
  const key = (name: string): ExportKey => ({ kind: "test", name, from: "h1", to: "h2" });
  const fails = {
    check: () => {
      throw new Error("broken");
    },
  };
  await engine.run([
    exported(engine, "good", ["h2"]),
    exported(engine, "failed", ["h2"], fails),
    exported(engine, "other", ["h3"]),
  ]);
  asked.splice(0);
  tellStale([key("good"), key("failed"), key("nobody's")]);
  await engine.engine.settled();
  expect(asked.splice(0).toSorted()).toEqual([
    "put failed to h2: as before",
    "put good to h2: as before",
    "withdraw nobody's to h2: as before",
  ]);
  const gate = Promise.withResolvers<void>();
  held = new Map([["put", gate.promise]]);
  tellStale([key("good")]);
  await quiet();
  tellStale([key("good")]);
  gate.resolve();
  await engine.engine.settled();
  expect(asked).toEqual(["put good to h2: as before", "put good to h2: as before"]);
  await engine.engine.stop();
  tellStale([key("good")]);
  expect(asked).toHaveLength(2);
});
