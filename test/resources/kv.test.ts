import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { kv } from "../../src/resources/kv.ts";
import { localWorld } from "../../src/world/local.ts";
import { type Fields, flawOf, openResource, resourceOf, Scratch } from "./harness.ts";

test("a text is kept, put back, and removed when it is unset", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  {
    await using resource = await openResource(kv, "leader", { value: "h1" }, { world });
    expect([await resource.noop(), await world.strings.get("leader")]).toEqual([false, undefined]);
    expect([await resource.apply(), await world.strings.get("leader")]).toEqual([false, "h1"]);
    expect([await resource.apply(), await resource.noop()]).toEqual([true, true]);
    await resource.watch();
    await world.strings.set("leader", "h2");
    await resource.event();
    expect([await resource.apply(), await world.strings.get("leader")]).toEqual([false, "h1"]);
  }
  await using gone = await openResource(kv, "no leader", { key: "leader" }, { world });
  expect([await gone.noop(), await world.strings.get("leader")]).toEqual([false, "h1"]);
  expect([await gone.apply(), await world.strings.get("leader")]).toEqual([false, undefined]);
  expect(await gone.apply()).toBe(true);
});

test("the empty text is a text", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await using resource = await openResource(kv, "k", { value: "" }, { world });
  expect([await resource.apply(), await world.strings.get("k"), await resource.apply()]).toEqual([
    false,
    "",
    true,
  ]);
});

test("mapped, it is the text of this host among those of all", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await world.hostStrings.set("ips", "h2", "192.0.2.2");
  await using resource = await openResource(kv, "ips", { value: "192.0.2.1", mapped: true }, { world });
  await resource.watch();
  expect([await resource.apply(), await resource.apply()]).toEqual([false, true]);
  const both = new Map([
    ["h2", "192.0.2.2"],
    ["localhost", "192.0.2.1"],
  ]);
  expect(await world.hostStrings.get("ips")).toEqual(both);
  await resource.event();
  await world.hostStrings.delete("ips", "localhost");
  await resource.repairUntil(() => true);
  await resource.event();
  await resource.apply();
  expect(await world.hostStrings.get("ips")).toEqual(both);
  await using gone = await openResource(kv, "ips", { mapped: true }, { world });
  expect([await gone.apply(), await gone.apply()]).toEqual([false, true]);
  expect(await world.hostStrings.get("ips")).toEqual(new Map([["h2", "192.0.2.2"]]));
});

describe("with SkipLessThan a text moves only upward", () => {
  const rows: readonly (readonly [style: bigint, found: string, value: string, kept: string])[] = [
    [0n, "10", "9", "10"],
    [0n, "9", "10", "10"],
    [0n, "-1", "-2", "-1"],
    [0n, "07", "7", "7"],
    [0n, "99999999999999999999", "1", "99999999999999999999"],
    [0n, "many", "1", "1"],
    [0n, "", "1", "1"],
    [1n, "b", "a", "b"],
    [1n, "10", "9", "9"],
    [1n, "9", "10", "9"],
  ];
  test.each(rows)("style %p: %p, then %p", async (skipcmpstyle, found, value, kept) => {
    await using scratch = new Scratch();
    const world = localWorld(scratch.path);
    await world.strings.set("k", found);
    await using resource = await openResource(
      kv,
      "k",
      { value, skiplessthan: true, skipcmpstyle },
      { world },
    );
    expect(await resource.apply()).toBe(found === kept);
    expect(await world.strings.get("k")).toBe(kept);
    expect(await resource.apply()).toBe(true);
    await resource.apply({ refresh: true });
    expect(await world.strings.get("k")).toBe(value);
  });
});

test("with SkipLessThan, what another host has written in between is not undone", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await world.strings.set("k", "1");
  const get = async (key: string): Promise<string | undefined> => {
    const text = await world.strings.get(key);
    if (text === "1") await world.strings.set("k", "9");
    return text;
  };
  const strings = new Proxy(world.strings, {
    get: (target, name) => (name === "get" ? get : Reflect.get(target, name).bind(target)),
  });
  const fields = { value: "7", skiplessthan: true };
  await using resource = await openResource(kv, "k", fields, { world: { ...world, strings } });
  expect(await resource.apply()).toBe(true);
  expect(await world.strings.get("k")).toBe("9");
});

test("what changes is shown", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await world.strings.set("k", "old");
  await using resource = await openResource(kv, "k", { value: "new" }, { world });
  expect(await resource.differences(false)).toEqual([
    { kind: "field", field: "value", before: "old", after: "new" },
  ]);
});

test("a store that fails is named, in checks and in watches", async () => {
  await using scratch = new Scratch();
  mkdirSync(scratch.at("local/string/k"), { recursive: true });
  await using resource = await openResource(kv, "k", { value: "v" }, { world: localWorld(scratch.path) });
  await expect(resource.apply()).rejects.toThrow("local/string/k: is a directory");
  await expect(resource.watch()).rejects.toThrow("local/string/k: is a directory");
});

test("rules", () => {
  const rows: readonly (readonly [Fields, string | undefined])[] = [
    [{}, undefined],
    [{ key: "a/b" }, undefined],
    [{ key: "a/b", mapped: true }, "the Key must not have a slash in it when Mapped is set"],
    [{ skipcmpstyle: 7n }, undefined],
    [{ skiplessthan: true, skipcmpstyle: 7n }, "the SkipCmpStyle of 7 is invalid"],
    [{ skiplessthan: true, value: "x" }, "the set value of x can't convert to int"],
    [{ skiplessthan: true, value: "+7" }, undefined],
    [{ skiplessthan: true, value: "x", skipcmpstyle: 1n }, undefined],
  ];
  for (const [fields, flaw] of rows) expect([fields, flawOf(kv, "k", fields)]).toEqual([fields, flaw]);
  expect(flawOf(kv, "a/b", { mapped: true })).toContain("slash");
  expect(resourceOf(kv, "k", { value: "a" }).equals(resourceOf(kv, "k"))).toBe(false);
  expect(resourceOf(kv, "k", { mapped: false }).equals(resourceOf(kv, "k"))).toBe(true);
});
