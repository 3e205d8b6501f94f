import { describe, expect, test } from "bun:test";
import type { Resource } from "../../src/engine/resource.ts";
import { schedule } from "../../src/resources/schedule.ts";
import { localWorld } from "../../src/world/local.ts";
import type { ScheduleOptions } from "../../src/world/schedule-store.ts";
import type { World } from "../../src/world/world.ts";
import { type Fields, flawOf, openResource, resourceOf, Scratch } from "./harness.ts";

const registered = (world: World) => world.schedules.registration("web", "localhost");

test("this host is registered when it is applied, and no more when it ends", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  {
    await using resource = await openResource(schedule, "web", {}, { world });
    await resource.watch();
    expect([await resource.noop(), await registered(world)]).toEqual([false, undefined]);
    expect(await resource.apply()).toBe(false);
    expect(await registered(world)).toEqual({ strategy: "rr", max: 1, persist: false });
    await resource.event();
    expect([await resource.apply(), await resource.noop(), resource.logs]).toEqual([
      true,
      true,
      ["scheduled"],
    ]);
    await world.schedules.withdraw("web", "localhost");
    await resource.event();
    expect([await resource.apply(), await resource.apply()]).toEqual([false, true]);
  }
  expect(await registered(world)).toBeUndefined();
});

test("what is asked for, and how long it stays", async () => {
  const rows: readonly (readonly [fields: Fields, asked: ScheduleOptions, stays: boolean])[] = [
    [{ max: 3n, strategy: "alpha" }, { strategy: "alpha", max: 3, persist: false }, false],
    [{ max: -3n, strategy: "", ttl: 0n }, { strategy: "rr", max: 1, persist: false }, false],
    [{ persist: true, ttl: -1n }, { strategy: "rr", max: 1, persist: true }, true],
    [{ ttl: 3600n }, { strategy: "rr", max: 1, persist: false, ttl: 3600 }, true],
  ];
  for (const [fields, asked, stays] of rows) {
    await using scratch = new Scratch();
    const world = localWorld(scratch.path);
    {
      await using resource = await openResource(schedule, "any", { namespace: "web", ...fields }, { world });
      await resource.apply();
      expect(await registered(world)).toEqual(asked);
    }
    expect([fields, (await registered(world)) !== undefined]).toEqual([fields, stays]);
  }
});

test("one that takes its place takes the registration over, without a gap", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  const next = resourceOf(schedule, "other", { namespace: "web", max: 2n });
  const peers: Resource[] = [];
  {
    await using resource = await openResource(schedule, "web", {}, { world, peers });
    await resource.apply();
    peers.push(next);
    await expect(resource.apply()).rejects.toThrow("schedule[other] has the namespace web as well");
  }
  expect(await registered(world)).toMatchObject({ max: 1 });
  await using resource = await openResource(schedule, "other", { namespace: "web", max: 2n }, { world });
  expect([await resource.noop(), await resource.apply()]).toEqual([false, false]);
  expect(await registered(world)).toMatchObject({ max: 2 });
});

test("withdrawing ends even a registration that persists", async () => {
  await using scratch = new Scratch();
  const world = localWorld(scratch.path);
  await world.schedules.register("web", "localhost", { strategy: "rr", max: 1, persist: true });
  await using resource = await openResource(schedule, "web", { withdraw: true }, { world });
  expect([await resource.noop(), (await registered(world))?.persist]).toEqual([false, true]);
  expect([await resource.apply(), await registered(world)]).toEqual([false, undefined]);
  expect([await resource.apply(), resource.logs]).toEqual([true, ["withdrawn"]]);
});

describe("rules", () => {
  test.each<[Fields, string | undefined]>([
    [{}, undefined],
    [{ namespace: "a/b" }, "the Namespace must not have a slash in it"],
    [{ strategy: "best" }, "undefined strategy: best"],
    [{ strategy: "alpha", max: 0n, ttl: 5n }, undefined],
    [{ persist: true, ttl: 5n }, "can't combine Persist with TTL"],
    [{ withdraw: true, namespace: "x" }, undefined],
    [{ withdraw: true, strategy: "rr" }, "can't combine Withdraw with Strategy"],
    [{ withdraw: true, max: 1n }, "can't combine Withdraw with Max"],
    [{ withdraw: true, persist: true }, "can't combine Withdraw with Persist"],
    [{ withdraw: true, ttl: 0n }, "can't combine Withdraw with TTL"],
  ])("%p", (fields, flaw) => {
    expect(flawOf(schedule, "web", fields)).toBe(flaw);
  });
});
