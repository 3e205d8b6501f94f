import { describe, expect, test } from "bun:test";
import { timer } from "../../src/resources/timer.ts";
import { watchUntil } from "../../src/resources/watch-together.ts";
import { flawOf, openResource, resourceOf } from "./harness.ts";

const weeks = 7n * 24n * 3600n;

test("ticks, which changes nothing", async () => {
  await using resource = await openResource(timer, "test", { interval: 1n });
  await resource.watch();
  await resource.event();
  await resource.event();
  expect(resource.logs).toEqual(["received tick", "received tick"]);
  expect(await resource.apply()).toBe(true);
});

test("an interval may be longer than the timers of the runtime", async () => {
  // Timers that are given more than 31 bits of milliseconds fire at once.
  await using long = await openResource(timer, "test", { interval: 4n * weeks });
  await using short = await openResource(timer, "test", { interval: 1n });
  await long.watch();
  await short.watch();
  await short.event();
  expect(long.logs).toEqual([]);
});

describe("a notification", () => {
  test("starts the interval anew, and ticks go on", async () => {
    await using resource = await openResource(timer, "test", { interval: 1n });
    await resource.watch();
    expect(await resource.noop({ refresh: true })).toBe(false);
    expect(await resource.apply({ refresh: true })).toBe(false);
    await resource.event();
    expect(resource.logs).toEqual(["received tick"]);
    expect(await resource.apply({ refresh: true })).toBe(false);
    await resource.event();
  });

  test("puts off the tick that was due", async () => {
    await using restarted = await openResource(timer, "test", { interval: 1n });
    await restarted.watch();
    await using other = await openResource(timer, "test", { interval: 1n });
    await other.watch();
    // Timers of equal length fire in the order in which they were set.
    await restarted.apply({ refresh: true });
    await other.event();
    expect(restarted.logs).toEqual([]);
    await restarted.event();
  });

  test("is right without a watch", async () => {
    await using resource = await openResource(timer, "test", { interval: 1n });
    expect(await resource.apply({ refresh: true })).toBe(false);
  });
});

test("nothing ticks after the watch has ended", async () => {
  await using resource = await openResource(timer, "test", { interval: 1n });
  const stop = new AbortController();
  const watching = resource.behavior?.watch?.(
    watchUntil(stop.signal, {
      ready: () => undefined,
      changed: () => undefined,
    }),
  );
  stop.abort();
  await watching;
  await resource.apply({ refresh: true });
  await using other = await openResource(timer, "test", { interval: 1n });
  await other.watch();
  await other.event();
  expect(resource.logs).toEqual([]);
});

test("what is refused, and comparing", () => {
  expect(flawOf(timer, "test")).toBe("the Interval must be at least 1 second");
  expect(flawOf(timer, "test", { interval: 1n })).toBeUndefined();
  const one = resourceOf(timer, "test", { interval: 1n });
  expect(one.equals(resourceOf(timer, "test", { interval: 2n }))).toBe(false);
});
