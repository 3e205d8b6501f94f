import { expect, test } from "bun:test";
import { WallTime } from "../../../src/agent/status/wall-time.ts";

test("tells the same time the same way, though the clocks drift apart", () => {
  let [engine, wall] = [5000, 1_000_000_005_000];
  const times = new WallTime(
    () => engine,
    () => wall,
  );
  const first = times.format(1000);
  expect(first).toBe(new Date(1_000_000_001_000).toISOString());
  engine += 3_600_000;
  wall += 3_600_400;
  expect(times.format(1000)).toBe(first);
});

test("follows when the wall clock is set", () => {
  let wall = 0;
  const times = new WallTime(
    () => 5000,
    () => wall,
  );
  expect(times.format(5000)).toBe("1970-01-01T00:00:00.000Z");
  wall = 1_700_000_000_000;
  expect(times.format(4000)).toBe(new Date(1_699_999_999_000).toISOString());
});

test("what is not known is null", () => {
  expect(new WallTime().print(undefined)).toBeNull();
});
