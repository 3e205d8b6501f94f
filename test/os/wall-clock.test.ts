import { expect, test } from "bun:test";
import { WallClock } from "../../src/os/wall-clock.ts";

/** A clock that shows the time of this machine, until it is set. */
function settableClock() {
  let offset = 0;
  const listeners = new Set<() => void>();
  const now = () => Date.now() + offset;
  const clock = new WallClock(now, (onSet) => {
    listeners.add(onSet);
    return () => listeners.delete(onSet);
  });
  const set = (to: number) => {
    offset += to - now();
    for (const onSet of listeners) onSet();
  };
  return { clock, now, set, listeners };
}

const HOUR = 3_600_000;

test("every full second is told once, to all who listen", async () => {
  const clock = new WallClock();
  const seconds: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const others: (() => void)[] = [];
  const close = clock.everySecond(() => {
    seconds.push(Math.floor(Date.now() / 1000));
    // Who comes and goes does not delay the next second.
    others.push(clock.everySecond(() => {}));
    if (seconds.length === 3) resolve();
  });
  await promise;
  for (const each of [close, close, ...others]) each();
  expect(new Set(seconds).size).toBe(3);
});

test("a time that comes is told once, also one that has passed", async () => {
  const { clock, now, listeners } = settableClock();
  const told: string[] = [];
  clock.at(now() + HOUR, () => told.push("later"))();
  await new Promise<void>((resolve) => {
    clock.at(now() + 20, () => {
      told.push("soon");
      resolve();
    });
    clock.at(now() - 1, () => told.push("passed"));
  });
  expect(told).toEqual(["passed", "soon"]);
  expect(listeners.size).toBe(0);
});

test("a clock that is set tells at once", () => {
  const { clock, now, set, listeners } = settableClock();
  const start = now();
  const told: string[] = [];
  clock.everySecond(() => told.push("tick"));
  clock.onSet(() => told.push("set"));
  clock.at(start + HOUR, () => told.push("in an hour"));
  clock.at(start + 3 * HOUR, () => told.push("in three hours"));
  set(start + 2 * HOUR);
  expect(told.splice(0)).toEqual(["set", "in an hour", "tick"]);
  set(start - HOUR);
  expect(told.splice(0)).toEqual(["set", "tick"]);
  set(start + 4 * HOUR);
  expect(told).toEqual(["set", "in three hours", "tick"]);
  clock.stop();
  expect(listeners.size).toBe(0);
});

test("seconds go on after the clock was set back without a word", async () => {
  let offset = 0;
  const clock = new WallClock(
    () => Date.now() + offset,
    () => undefined,
  );
  let ticks = 0;
  await new Promise<void>((resolve) => {
    clock.everySecond(() => {
      offset -= HOUR;
      if (++ticks === 2) resolve();
    });
  });
  clock.stop();
});
