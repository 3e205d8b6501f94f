/** What functions read of that which is kept and shared: modules `value`, `world` and `net/http`. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../lang/compile.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Host } from "../../../lang/host.ts";
import type { Type } from "../../../lang/types/type.ts";
import { MapValue, print, StructValue, type Value } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";
import { localWorld } from "../../../src/world/local.ts";
import type { World } from "../../../src/world/world.ts";
import { kinds } from "../types/support.ts";
import { Emissions } from "./call.ts";

let prefix: string;
let world: World;
let host: Host;
let ends: AbortController;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-stores-"));
  world = localWorld(prefix);
  ends = new AbortController();
  host = createHost({ hostname: "h1", log: () => {}, signal: ends.signal, prefix, world });
});
afterEach(() => {
  ends.abort();
  rmSync(prefix, { recursive: true });
});

const printed = async (emissions: Emissions): Promise<string> => print(await emissions.next());

describe("world", () => {
  test("getval gives a shared text as it changes", async () => {
    const emissions = new Emissions("world.getval", ["leader"], host);
    expect(await printed(emissions)).toBe('struct{value: ""; exists: false}');
    await world.strings.set("leader", "h1");
    expect(await printed(emissions)).toBe('struct{value: "h1"; exists: true}');
    await world.strings.set("leader", "");
    expect(await printed(emissions)).toBe('struct{value: ""; exists: true}');
    emissions.close();
  });

  test("kvlookup gives the texts of all hosts as they change", async () => {
    const emissions = new Emissions("world.kvlookup", ["ips"], host);
    expect(await printed(emissions)).toBe("{}");
    await world.hostStrings.set("ips", "h2", "2");
    expect(await printed(emissions)).toBe('{"h2": "2"}');
    emissions.close();
  });

  test("schedule gives who is chosen, as that changes", async () => {
    const emissions = new Emissions("world.schedule", ["web"], host);
    expect(await printed(emissions)).toBe("[]");
    await world.schedules.register("web", "h1", { strategy: "rr", max: 1, persist: false });
    expect(await printed(emissions)).toBe('["h1"]');
    await world.schedules.withdraw("web", "h1");
    expect(await printed(emissions)).toBe("[]");
    emissions.close();
  });

  test("keys and namespaces name something", async () => {
    const opening = (name: string, key: string) => new Emissions(name, [key], host).next();
    expect(await opening("world.getval", "")).toBe("FatalError: the key is empty");
    expect(await opening("world.kvlookup", "")).toBe("FatalError: the namespace is empty");
    expect(await opening("world.kvlookup", "a/b")).toBe('FatalError: the namespace "a/b" has a `/` in it');
    expect(await opening("world.schedule", "")).toBe("FatalError: the namespace is empty");
    expect(await opening("world.schedule", "a/b")).toBe('FatalError: the namespace "a/b" has a `/` in it');
  });

  test("what cannot be read is fatal", async () => {
    mkdirSync(join(prefix, "local/string/leader"), { recursive: true });
    const emissions = new Emissions("world.getval", ["leader"], host);
    expect(await emissions.next()).toMatch(/^FatalError: could not read .*leader: is a directory$/);
    emissions.close();
  });
});

describe("value", () => {
  const values: readonly (readonly [name: string, zero: string, kept: Value])[] = [
    ["get_bool", "false", true],
    ["get_str", '""', "text"],
    ["get_int", "0", 42n],
    ["get_float", "0", 1.5],
  ];

  for (const [name, zero, kept] of values)
    test(`${name} gives what is kept, as it changes`, async () => {
      const emissions = new Emissions(`value.${name}`, ["x"], host, resultOf(name));
      expect(await printed(emissions)).toBe(`struct{value: ${zero}; ready: false}`);
      world.values.set("x", kept);
      expect(await printed(emissions)).toBe(`struct{value: ${print(kept)}; ready: true}`);
      world.values.set("x", undefined);
      expect(await printed(emissions)).toBe(`struct{value: ${zero}; ready: false}`);
      emissions.close();
      const again = new Emissions(`value.${name}`, ["x"], host, resultOf(name));
      world.values.set("x", [kept]);
      expect(await again.next()).toStartWith(`FatalError: value[x] keeps ${print([kept])}, which is no `);
      world.values.set("x", kept);
      expect(await printed(again)).toBe(`struct{value: ${print(kept)}; ready: true}`);
      again.close();
    });

  const typeOf = { get_bool: "bool", get_str: "str", get_int: "int", get_float: "float" } as const;

  function resultOf(name: string): Type {
    const kind = Object.entries(typeOf).find(([each]) => each === name)?.[1] ?? "str";
    return {
      kind: "struct",
      fields: [
        { name: "value", type: { kind } },
        { name: "ready", type: { kind: "bool" } },
      ],
    };
  }

  test("is there before anything has run, where it was kept by an earlier process", async () => {
    world.values.set("x", 7n);
    const later = createHost({
      hostname: "h1",
      log: () => {},
      signal: ends.signal,
      world: localWorld(prefix),
    });
    const emissions = new Emissions("value.get_int", ["x"], later, resultOf("get_int"));
    expect(await printed(emissions)).toBe("struct{value: 7; ready: true}");
    emissions.close();
  });

  test("needs a key", async () => {
    expect(await new Emissions("value.get", [""], host).next()).toBe("FatalError: the key is empty");
  });

  /** What a program says with its only resource; or what is wrong. */
  async function said(code: string): Promise<string> {
    const input = { kind: "code", path: "main.mcl", code } as const;
    const done = new AbortController();
    try {
      const program = await compile(input, { read: async () => undefined }, kinds);
      const report = await evaluate(program, { host, kinds, signal: done.signal }).next();
      if (report?.kind !== "graph") return report?.diagnostics.map((each) => each.message).join("\n") ?? "";
      return print(report.graph.resources[0]?.fields.get("interface") ?? "nothing");
    } catch (error) {
      return String(error);
    } finally {
      done.abort();
    }
  }

  test.each<readonly [type: string, kept: Value | undefined, expected: string]>([
    ["[]str", ["a"], '["a"]'],
    ["[]str", undefined, "[]"],
    ["map{str: int}", new MapValue([["a", 1n]]), '{"a": 1}'],
    ["map{str: int}", undefined, "{}"],
    ["struct{a int; b []bool}", new StructValue(["a", "b"], [1n, [true]]), "struct{a: 1; b: [true]}"],
    ["struct{a int; b []bool}", undefined, "struct{a: 0; b: []}"],
    ["float", 2n, "value[x] keeps 2, which is no float: read it as what it is, or keep what is read"],
    [
      "[]str",
      ["a", 1n],
      'value[x] keeps ["a", 1], which is no []str: read it as what it is, or keep what is read',
    ],
  ])("get as %s", async (type, kept, expected) => {
    world.values.set("x", kept);
    const code = `import "value"
$x struct{value ${type}; ready bool} = value.get("x")
$value ${type} = $x->value
test "x" { interface => $value, }
`;
    expect(await said(code)).toBe(expected);
  });

  test("get of a function is no value", async () => {
    const code = `import "value"
$x struct{value func(str) str; ready bool} = value.get("x")
test "x" { interface => if $x->ready { "a" } else { "b" }, }
`;
    expect(await said(code)).toContain("a func(0 str) str cannot be kept");
  });

  test("a key that changes is followed from then on", async () => {
    world.values.set("a", "of a");
    world.values.set("b", "of b");
    world.values.set("key", "a");
    const code = `import "value"
$key = value.get_str("key")
test "x" { interface => fmt.printf("%s", value.get_str($key->value)->value), }
import "fmt"
`;
    const input = { kind: "code", path: "main.mcl", code } as const;
    const program = await compile(input, { read: async () => undefined }, kinds);
    const done = new AbortController();
    const evaluation = evaluate(program, { host, kinds, signal: done.signal });
    const next = async () => {
      const report = await evaluation.next();
      if (report?.kind !== "graph") return report?.diagnostics.map((each) => each.message).join("\n");
      return report.graph.resources[0]?.fields.get("interface");
    };
    expect(await next()).toBe("of a");
    world.values.set("key", "b");
    expect(await next()).toBe("of b");
    world.values.set("a", "new, and of no interest");
    world.values.set("b", "new");
    expect(await next()).toBe("new");
    world.values.set("key", "");
    expect(await next()).toBe("the key is empty");
    world.values.set("key", "a");
    expect(await next()).toBe("new, and of no interest");
    done.abort();
  });
});

describe("http.response", () => {
  const body = (): string => join(prefix, "body");

  test("gives status and body of each response", async () => {
    const emissions = new Emissions("net/http.response", ["download"], host);
    expect(await printed(emissions)).toBe('struct{status: 0; output: ""}');
    world.responses.set("download", { status: -1, file: undefined });
    expect(await printed(emissions)).toBe('struct{status: -1; output: ""}');
    for (const text of ["old", "new"]) {
      writeFileSync(body(), text);
      world.responses.set("download", { status: 200, file: body() });
      expect(await printed(emissions)).toBe(`struct{status: 200; output: "${text}"}`);
    }
    emissions.close();
    world.responses.set("download", { status: 404, file: undefined });
    const late = new Emissions("net/http.response", ["download"], host);
    expect(await printed(late)).toBe('struct{status: 404; output: ""}');
    late.close();
  });

  test("wants a uid, and a body that can be read", async () => {
    const nameless = new Emissions("net/http.response", [""], host);
    expect(await nameless.next()).toBe("FatalError: the uid is empty");
    world.responses.set("download", { status: 200, file: body() });
    const emissions = new Emissions("net/http.response", ["download"], host);
    expect(await emissions.next()).toBe(`FatalError: could not read ${body()}: no such file or directory`);
    emissions.close();
  });
});

test("without a world, nothing is kept and nobody shares anything", async () => {
  const alone = createHost({ hostname: "h1", log: () => {}, signal: ends.signal });
  const first = (name: string) => printed(new Emissions(name, ["x"], alone));
  expect(await first("world.getval")).toBe('struct{value: ""; exists: false}');
  expect(await first("world.kvlookup")).toBe("{}");
  expect(await first("world.schedule")).toBe("[]");
  expect(await first("net/http.response")).toBe('struct{status: 0; output: ""}');
});
