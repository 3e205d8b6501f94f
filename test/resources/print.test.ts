import { describe, expect, test } from "bun:test";
import { print } from "../../src/resources/print.ts";
import { openResource, resourceOf } from "./harness.ts";

describe("a message", () => {
  test("is shown once", async () => {
    await using resource = await openResource(print, "test", { msg: "hello" });
    expect([await resource.apply(), await resource.apply(), await resource.noop()]).toEqual([
      false,
      true,
      true,
    ]);
    expect(resource.logs).toEqual(["Msg: hello"]);
  });

  test("is shown again when another one is received", async () => {
    await using resource = await openResource(print, "test", { msg: "one" });
    await resource.apply();
    resource.receive({ msg: "two" });
    expect(await resource.apply({ received: new Set(["msg"]) })).toBe(false);
    expect(await resource.apply()).toBe(true);
    expect(resource.logs).toEqual(["Msg: one", "received `msg` of: two", "Msg: two"]);
  });

  test("may be empty", async () => {
    await using resource = await openResource(print, "test");
    expect(await resource.apply()).toBe(false);
    expect(resource.logs).toEqual(["Msg: <empty>"]);
  });

  test("is not shown by looking only", async () => {
    await using resource = await openResource(print, "test", { msg: "hello" });
    expect([await resource.noop(), await resource.noop()]).toEqual([false, false]);
    expect(resource.logs).toEqual([]);
    expect(await resource.apply()).toBe(false);
  });

  test("is not shown again for a notification", async () => {
    await using resource = await openResource(print, "test", { msg: "hello" });
    await resource.apply();
    expect(await resource.apply({ refresh: true })).toBe(true);
    expect(resource.logs).toEqual(["Msg: hello", "received refresh notification!"]);
  });
});

test("with refresh_only it is shown for each notification, and for nothing else", async () => {
  await using resource = await openResource(print, "test", { msg: "hello", refresh_only: true });
  expect(await resource.apply()).toBe(true);
  expect(await resource.apply({ refresh: true })).toBe(false);
  expect(await resource.apply({ refresh: true })).toBe(false);
  expect(resource.logs).toEqual([
    "received refresh notification!",
    "Msg: hello",
    "received refresh notification!",
    "Msg: hello",
  ]);
});

test("comparing", () => {
  const one = resourceOf(print, "test", { msg: "a" });
  expect(one.equals(resourceOf(print, "test", { msg: "a", refresh_only: false }))).toBe(true);
  expect(one.equals(resourceOf(print, "test", { msg: "b" }))).toBe(false);
  expect(one.equals(resourceOf(print, "test", { msg: "a", refresh_only: true }))).toBe(false);
});
