import { describe, expect, test } from "bun:test";
import { exit } from "../../src/resources/exit.ts";
import { flawOf, openResource } from "./harness.ts";

test("ends the agent, by default with 0", async () => {
  await using plain = await openResource(exit, "test");
  expect([await plain.apply(), plain.exitCode]).toEqual([false, 0]);
  await using other = await openResource(exit, "test", { code: 125n });
  expect([await other.apply(), other.exitCode]).toEqual([false, 125]);
  expect(other.logs).toEqual(["about to exit with code: 125"]);
});

test("not when looking only", async () => {
  await using resource = await openResource(exit, "test", { code: 3n });
  expect([await resource.noop(), resource.exitCode, resource.logs]).toEqual([false, undefined, []]);
});

describe("codes", () => {
  test.each([
    [0, undefined],
    [125, undefined],
    [126, "the Code must be in the range [0, 125]"],
    [255, "the Code must be in the range [0, 125]"],
  ])("%p", (code, flaw) => expect(flawOf(exit, "test", { code: BigInt(code) })).toBe(flaw));
});
