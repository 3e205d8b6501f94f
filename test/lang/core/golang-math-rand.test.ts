import { describe, expect, test } from "bun:test";
import { call, outcome } from "./call.ts";

const COUNT = 20_000;

function draw(name: string, ...args: bigint[]): number[] {
  return Array.from({ length: COUNT }, () => Number(call(`golang/math/rand.${name}`, args)));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

// The bounds are ten standard errors wide: no run in a lifetime gets past them by chance.
describe("distributions", () => {
  const rows: readonly (readonly [
    name: string,
    mean: number,
    variance: number,
    range: readonly [number, number],
  ])[] = [
    ["float_64", 0.5, 1 / 12, [0, 1]],
    ["exp_float_64", 1, 1, [0, Infinity]],
    ["norm_float_64", 0, 1, [-Infinity, Infinity]],
  ];
  test.each(rows)("%s", (name, expected, variance, [low, high]) => {
    const numbers = draw(name);
    expect(Math.abs(mean(numbers) - expected)).toBeLessThan(10 * Math.sqrt(variance / COUNT));
    const spread = mean(numbers.map((each) => (each - expected) ** 2));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(10 * Math.sqrt(9 / COUNT));
    expect(numbers.every((each) => each >= low && each < high)).toBe(true);
  });

  test.each(["intn", "int_63_n"])("%s reaches every number below its limit", (name) => {
    const numbers = draw(name, 6n);
    expect([...new Set(numbers)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(outcome(`golang/math/rand.${name}`, [2n ** 63n - 1n])).toMatch(/^\d+$/);
  });
});

test("ints are not negative and differ", () => {
  const numbers = draw("int_63");
  expect(numbers.every((each) => each >= 0)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(COUNT / 2);
});

test("a limit must be above 0", () => {
  expect(outcome("golang/math/rand.intn", [0n])).toBe("FatalError: limit must be above 0, got: 0");
  expect(outcome("golang/math/rand.int_63_n", [-1n])).toBe("FatalError: limit must be above 0, got: -1");
});

test("read tells the length in bytes", () => {
  expect(call("golang/math/rand.read", ["aé\udcff"])).toBe(4n);
});
