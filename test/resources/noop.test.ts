import { expect, test } from "bun:test";
import { noop } from "../../src/resources/noop.ts";
import { openResource, resourceOf } from "./harness.ts";

test("is always right, and says when it is notified", async () => {
  await using resource = await openResource(noop, "test");
  expect([await resource.apply(), await resource.noop()]).toEqual([true, true]);
  expect(resource.logs).toEqual([]);
  expect(await resource.apply({ refresh: true })).toBe(true);
  expect(resource.logs).toEqual(["received a notification!"]);
});

test("comparing", () => {
  const one = resourceOf(noop, "test", { comment: "a" });
  expect(one.equals(resourceOf(noop, "other", { comment: "a" }))).toBe(true);
  expect(one.equals(resourceOf(noop, "test"))).toBe(false);
  expect(resourceOf(noop, "test", { comment: "" }).equals(resourceOf(noop, "test"))).toBe(true);
});
