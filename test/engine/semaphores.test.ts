import { describe, expect, test } from "bun:test";
import { Semaphores, semaphoreOrder } from "../../src/engine/semaphores.ts";

describe("sizes", () => {
  const cases: [string, number][] = [
    ["x", 1],
    ["hello:42", 42],
    ["not:smart:4", 4],
    [":13", 13],
    ["a:0", 1],
    ["a:b", 1],
    ["a:-3", 1],
  ];
  for (const [id, size] of cases) {
    test(`${id} is of size ${size}`, () => {
      const semaphores = new Semaphores();
      for (let count = 0; count < size; count++) {
        expect(semaphores.claim([id], () => undefined).granted).toBe(true);
      }
      expect(semaphores.claim([id], () => undefined).granted).toBe(false);
    });
  }
});

test("units are given in order of arrival, and whoever gave up is passed over", () => {
  const semaphores = new Semaphores();
  const granted: string[] = [];
  const claim = (name: string, ...ids: string[]) => semaphores.claim(ids, () => granted.push(name));
  const first = claim("first", "a");
  const second = claim("second", "a", "b");
  const third = claim("third", "a");
  const fourth = claim("fourth", "b");
  expect([first.granted, second.granted, third.granted, fourth.granted]).toEqual([true, false, false, true]);
  first.release();
  expect(granted).toEqual([]);
  second.release();
  expect(granted).toEqual(["third"]);
  third.release();
  third.release();
  fourth.release();
  expect(claim("last", "a", "b").granted).toBe(true);
  expect(claim("after", "a").granted).toBe(false);
});

test("a list says each id once, in one order", () => {
  expect(semaphoreOrder(["b", "a", "b"])).toEqual(["a", "b"]);
});
