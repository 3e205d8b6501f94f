import { expect, test } from "bun:test";
import { failureOf } from "../etcd/support/failure.ts";
import { eventually } from "./support/eventually.ts";

test("what becomes so is returned", async () => {
  let looks = 0;
  const third = (): string | false => ++looks === 3 && "here";
  expect(await eventually(third, { what: "the third look" })).toBe("here");
  const failingTwice = async (): Promise<number> => {
    if (++looks < 6) throw new Error("not yet");
    return looks;
  };
  expect(await eventually(failingTwice, { what: "the sixth look" })).toBe(6);
});

test("what never becomes so is told with what was found last", async () => {
  const refuses = (): never => {
    throw new Error("connection refused");
  };
  const told = { within: 30, what: "h1 serves", explain: () => "it said nothing" };
  expect(await failureOf(eventually(refuses, told))).toEqual(
    new Error("not within 30 ms: h1 serves\nat last: connection refused\nit said nothing"),
  );
});

test("a condition that does not answer is not waited for", async () => {
  const silent = (): Promise<boolean> => new Promise(() => {});
  expect(await failureOf(eventually(silent, { within: 30, what: "h1 serves" }))).toEqual(
    new Error("not within 30 ms: h1 serves\nat last: no answer"),
  );
});
