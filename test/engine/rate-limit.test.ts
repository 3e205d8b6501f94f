import { expect, test } from "bun:test";
import { RateLimit } from "../../src/engine/rate-limit.ts";
import { ManualClock } from "./manual-clock.ts";

test("lets a burst through, then one event for each new token", () => {
  const clock = new ManualClock();
  const limit = new RateLimit(2, 3, clock);
  expect([limit.take(), limit.take(), limit.take()]).toEqual([0, 0, 0]);
  expect(limit.take()).toBe(500);
  clock.advance(500);
  expect(limit.take()).toBe(500);
  clock.advance(60_000);
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 0, 0, 500]);
});

test("without a rate, nothing follows the burst", () => {
  const limit = new RateLimit(0, 1, new ManualClock());
  expect([limit.take(), limit.take(), limit.take()]).toEqual([
    0,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
});
