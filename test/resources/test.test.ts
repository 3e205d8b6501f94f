import { describe, expect, test } from "bun:test";
import { defaultMeta } from "../../lang/meta.ts";
import { FunctionValue, MapValue, StructValue, type Value } from "../../lang/value.ts";
import { test as kind } from "../../src/resources/test.ts";
import { type Fields, flawOf, OpenResource, openResource, resourceOf } from "./harness.ts";

class TextFunction extends FunctionValue {
  readonly signature = "0 int) str";
}

/** One that receives these fields. */
async function receiving(names: readonly string[], fields: Fields): Promise<OpenResource> {
  const sender = { kind: "test", name: "sender", field: "hello" };
  const receives = new Map(names.map((name) => [name, sender]));
  const resource = kind.create("test", new Map(Object.entries(fields)), defaultMeta, receives);
  const open = new OpenResource(resource, {});
  open.behavior = await resource.open(open.context);
  return open;
}

describe("what it shows", () => {
  test("every parameter under its label, whether set or not", async () => {
    await using resource = await openResource(kind, "test");
    expect(await resource.apply()).toBe(true);
    expect(resource.logs).toEqual([
      "Bool:          false",
      'Str:           ""',
      "Int:           0",
      "Int8:          0",
      "Int16:         0",
      "Int32:         0",
      "Int64:         0",
      "Uint:          0",
      "Uint8:         0",
      "Uint16:        0",
      "Uint32:        0",
      "Uint64:        0",
      "Byte:          0",
      "Rune:          0",
      "Float32:       0",
      "Float64:       0",
      "BoolPtr:       <unset>",
      "StringPtr:     <unset>",
      "Int64Ptr:      <unset>",
      "Int8Ptr:       <unset>",
      "Uint8Ptr:      <unset>",
      "Int8PtrPtrPtr: <unset>",
      "SliceString:   <unset>",
      "MapIntFloat:   <unset>",
      "MixedStruct:   <unset>",
      "Interface:     <unset>",
      'AnotherStr:    ""',
      "Func1:         <unset>",
    ]);
  });

  test("only what is asked for", async () => {
    const fields: Fields = {
      uint64: 2n ** 64n - 1n,
      stringptr: "",
      slicestring: ["a", "b"],
      mapintfloat: new MapValue([[1n, 0.5]]),
      mixedstruct: new StructValue(["somebool", "somestr", "someint", "somefloat"], [true, "s", 1n, 2]),
      interface: [1n],
      func1: new TextFunction(),
    };
    const labels = ["Uint64", "StringPtr", "SliceString", "MapIntFloat", "MixedStruct", "Interface"];
    await using resource = await openResource(kind, "test", { ...fields, onlyshow: [...labels, "None"] });
    await resource.apply();
    expect(resource.logs).toEqual([
      "Uint64:        18446744073709551615",
      'StringPtr:     ""',
      'SliceString:   ["a", "b"]',
      "MapIntFloat:   {1: 0.5}",
      'MixedStruct:   struct{somebool: true; somestr: "s"; someint: 1; somefloat: 2}',
      "Interface:     [1]",
    ]);
  });

  test("notifications, and what it receives", async () => {
    await using resource = await receiving(["str", "anotherstr"], { onlyshow: ["Str"] });
    resource.receive({ str: "x" });
    await resource.apply({ refresh: true, received: new Set(["str"]) });
    expect(resource.logs).toEqual([
      "received `str`, changed: true",
      "received `anotherstr`, changed: false",
      "Received a notification!",
      'Str:           "x"',
    ]);
  });
});

test("what it sends", async () => {
  await using resource = await openResource(kind, "test", { sendvalue: "hi" });
  expect(await resource.noop()).toBe(true);
  expect(resource.sent).toEqual(
    new Map<string, Value>([
      ["hello", "hi"],
      ["answer", 42n],
    ]),
  );
});

describe("how it fails", () => {
  test("when it receives more or less than is expected", async () => {
    await using good = await receiving(["str"], { expectrecv: ["str"] });
    expect(await good.apply()).toBe(true);
    await using less = await receiving([], { expectrecv: ["str"] });
    await expect(less.apply()).rejects.toThrow("the received keys differ from expected, got: []");
    await using more = await receiving(["str", "anotherstr"], { expectrecv: [] });
    await expect(more.apply()).rejects.toThrow(
      "the received keys differ from expected, got: [str, anotherstr]",
    );
  });

  test("after a while", async () => {
    await using resource = await openResource(kind, "test", { waitforerror: 1n });
    await expect(resource.apply()).rejects.toThrow("waitforerror 0.0010 seconds");
  });

  test("unless it is told to give up before", async () => {
    await using resource = await openResource(kind, "test", { waitforerror: 2n ** 40n });
    const giveUp = new AbortController();
    const applied = resource.apply({ signal: giveUp.signal });
    giveUp.abort(new Error("given up"));
    await expect(applied).rejects.toThrow("given up");
    await expect(resource.apply({ signal: giveUp.signal })).rejects.toThrow("given up");
  });

  test("by being refused", () => {
    expect(flawOf(kind, "test")).toBeUndefined();
    expect(flawOf(kind, "test", { validatebool: true })).toBe("the validate param was set to true");
    expect(flawOf(kind, "test", { validateerror: "why" })).toBe("the validate error param was set to: why");
  });
});

test("comparing", () => {
  const one = resourceOf(kind, "test", { int8: 1n });
  const failing = resourceOf(kind, "test", { comparefail: true });
  expect(one.equals(resourceOf(kind, "test", { int8: 1n, bool: false }))).toBe(true);
  expect(one.equals(resourceOf(kind, "test"))).toBe(false);
  expect(resourceOf(kind, "test").equals(failing)).toBe(false);
  expect(failing.equals(failing)).toBe(false);
});
