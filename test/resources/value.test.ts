import { expect, test } from "bun:test";
import { FunctionValue, StructValue, type Value } from "../../lang/value.ts";
import { value } from "../../src/resources/value.ts";
import { localWorld } from "../../src/world/local.ts";
import type { World } from "../../src/world/world.ts";
import { type OpenResource, openResource, resourceOf, Scratch } from "./harness.ts";

const open = (world: World, any?: Value): Promise<OpenResource> =>
  openResource(value, "test", any === undefined ? {} : { any }, { world });

test("is kept and sent", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await using resource = await open(world, 42n);
  expect(await resource.noop()).toBe(false);
  expect([resource.sent?.get("any"), world.values.get("test")]).toEqual([42n, undefined]);
  expect(await resource.apply()).toBe(false);
  expect(world.values.get("test")).toBe(42n);
  expect([await resource.apply(), await resource.noop()]).toEqual([true, true]);
  expect(resource.sent?.get("any")).toBe(42n);
});

test("survives a restart, and can change its type", async () => {
  await using scratch = new Scratch();
  await using resource = await open(localWorld(scratch.path), [1n, 2n]);
  await resource.apply();
  const world = localWorld(scratch.path);
  await using same = await open(world, [1n, 2n]);
  expect(await same.apply()).toBe(true);
  await using other = await open(world, new StructValue(["a"], [true]));
  expect(await other.apply()).toBe(false);
  expect(world.values.get("test")).toEqual(new StructValue(["a"], [true]));
});

test("unset removes what is kept, and sends nothing", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  world.values.set("test", "old");
  await using resource = await open(world);
  expect([await resource.noop(), world.values.get("test")]).toEqual([false, "old"]);
  expect([await resource.apply(), world.values.get("test")]).toEqual([false, undefined]);
  expect([await resource.apply(), resource.sent?.size]).toEqual([true, 0]);
});

test("a received value counts as a change even when it is kept already", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await using resource = await open(world, "a");
  await resource.apply();
  resource.receive({ any: "b" });
  expect(await resource.apply({ received: new Set(["any"]) })).toBe(false);
  expect([world.values.get("test"), resource.sent?.get("any")]).toEqual(["b", "b"]);
  expect(await resource.apply()).toBe(true);
  expect(await resource.apply({ received: new Set(["any"]) })).toBe(false);
});

test("a function cannot be kept", async () => {
  class Nothing extends FunctionValue {
    readonly signature = "";
  }
  await using scratch = new Scratch();
  await using resource = await open(localWorld(scratch.path), new Nothing());
  await expect(resource.apply()).rejects.toThrow("a function cannot be kept");
});

test("comparing is deep", () => {
  const of = (any: Value) => resourceOf(value, "test", { any });
  expect(of([1n, 2n]).equals(of([1n, 2n]))).toBe(true);
  expect(of([1n, 2n]).equals(of([2n, 1n]))).toBe(false);
  expect(of("").equals(resourceOf(value, "test"))).toBe(false);
});
