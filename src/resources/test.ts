import { float, int, str } from "../../lang/types/type.ts";
import { print, type Value } from "../../lang/value.ts";
import { systemClock } from "../engine/clock.ts";
import { ResourceError } from "../engine/resource.ts";
import { defineResource } from "./define.ts";

/** How the log calls each parameter that it shows. */
const labels: Readonly<Record<string, string>> = {
  bool: "Bool",
  str: "Str",
  int: "Int",
  int8: "Int8",
  int16: "Int16",
  int32: "Int32",
  int64: "Int64",
  uint: "Uint",
  uint8: "Uint8",
  uint16: "Uint16",
  uint32: "Uint32",
  uint64: "Uint64",
  byte: "Byte",
  rune: "Rune",
  float32: "Float32",
  float64: "Float64",
  boolptr: "BoolPtr",
  stringptr: "StringPtr",
  int64ptr: "Int64Ptr",
  int8ptr: "Int8Ptr",
  uint8ptr: "Uint8Ptr",
  int8ptrptrptr: "Int8PtrPtrPtr",
  slicestring: "SliceString",
  mapintfloat: "MapIntFloat",
  mixedstruct: "MixedStruct",
  interface: "Interface",
  anotherstr: "AnotherStr",
  func1: "Func1",
};

export const test = defineResource({
  kind: "test",
  summary: "Changes nothing and shows what it was given: for trying out programs.",
  params: {
    bool: "bool = false",
    str: "str = ''",
    int: "int = 0n",
    int8: "int8 = 0",
    int16: "int16 = 0",
    int32: "int32 = 0",
    int64: "int = 0n",
    uint: "uint = 0n",
    uint8: "uint8 = 0",
    uint16: "uint16 = 0",
    uint32: "uint32 = 0",
    uint64: "uint = 0n",
    byte: "uint8 = 0",
    rune: "int32 = 0",
    float32: "float32 = 0",
    float64: "float = 0",
    "boolptr?": "bool",
    "stringptr?": "str",
    "int64ptr?": "int",
    "int8ptr?": "int8",
    "uint8ptr?": "uint8",
    "int8ptrptrptr?": "int8",
    "slicestring?": "str[]",
    "mapintfloat?": "any",
    "mixedstruct?": { somebool: "bool", somestr: "str", someint: "int", somefloat: "float" },
    "interface?": "any",
    anotherstr: "str = ''",
    "func1?": "any",
    validatebool: "bool = false",
    validateerror: "str = ''",
    alwaysgroup: "bool = false",
    comparefail: "bool = false",
    sendvalue: "str = ''",
    "expectrecv?": "str[]",
    "onlyshow?": "str[]",
    waitforerror: "int = 0n",
    comment: "str = ''",
  },
  types: {
    mapintfloat: { kind: "map", key: int, value: float },
    func1: { kind: "func", args: [{ name: "", type: int }], result: str },
  },
  about: {
    bool: "Any boolean.",
    str: "Any text.",
    int: "Any integer of 64 bits.",
    int8: "Any integer of 8 bits.",
    int16: "Any integer of 16 bits.",
    int32: "Any integer of 32 bits.",
    int64: "Any integer of 64 bits.",
    uint: "Any natural number of 64 bits.",
    uint8: "Any natural number of 8 bits.",
    uint16: "Any natural number of 16 bits.",
    uint32: "Any natural number of 32 bits.",
    uint64: "Any natural number of 64 bits.",
    byte: "Any natural number of 8 bits.",
    rune: "Any integer of 32 bits.",
    float32: "Any float of 32 bits.",
    float64: "Any float of 64 bits.",
    boolptr: "Any boolean, or unset.",
    stringptr: "Any text, or unset.",
    int64ptr: "Any integer of 64 bits, or unset.",
    int8ptr: "Any integer of 8 bits, or unset.",
    uint8ptr: "Any natural number of 8 bits, or unset.",
    int8ptrptrptr: "Any integer of 8 bits, or unset.",
    slicestring: "Any list of texts.",
    mapintfloat: "Any map from integers to floats.",
    mixedstruct: "Any struct of these four fields.",
    interface: "A value of any type.",
    anotherstr: "Any text.",
    func1: "Any function from an integer to a text.",
    validatebool: "Makes the resource invalid.",
    validateerror: "Makes the resource invalid, for this reason.",
    alwaysgroup: "Lets the resource form a group with others that say so, too.",
    comparefail: "Makes the resource differ from every other, itself included.",
    sendvalue: "What to send as `hello`.",
    expectrecv: "Names of the parameters that must be received; the resource fails if others are.",
    onlyshow: "Labels of the parameters to show in the log; all if empty.",
    waitforerror: "Milliseconds to wait before failing; 0 does not fail.",
    comment: "Free text.",
  },
  sends: { hello: "str", answer: "int" },
  receives: true,
  refreshable: true,
  example: `test "everything" {\n\tint8 => 127,\n\tslicestring => ["a", "b"],\n}\n`,
  validate(_name, { validatebool, validateerror }) {
    if (validatebool) return "the validate param was set to true";
    return validateerror === "" ? undefined : `the validate error param was set to: ${validateerror}`;
  },
  grouping: (_name, { alwaysgroup }) => (alwaysgroup ? { key: "", keepsOrder: false } : undefined),
  uncompared: ["func1"],
  difference: (a, b) => (a.comparefail || b.comparefail ? "the CompareFail is true" : undefined),
  open: ({ params, fields, receives, log, send }) => ({
    async checkApply({ refresh, received, signal }) {
      const { expectrecv, onlyshow = [], sendvalue, waitforerror } = params();
      for (const name of receives) log(`received \`${name}\`, changed: ${received.has(name)}`);
      if (refresh) log("Received a notification!");
      if (expectrecv !== undefined && expectrecv.length !== receives.size) {
        throw new ResourceError(`the received keys differ from expected, got: [${[...receives].join(", ")}]`);
      }
      if (waitforerror > 0n) await failAfter(Number(waitforerror), signal);
      for (const line of describe(fields(), new Set(onlyshow))) log(line);
      send(
        new Map<string, Value>([
          ["hello", sendvalue],
          ["answer", 42n],
        ]),
      );
      return true;
    },
  }),
});

/** A line for each parameter that has a label; `only` says which, and none means all. */
function describe(fields: ReadonlyMap<string, Value>, only: ReadonlySet<string>): readonly string[] {
  return test.parameters.flatMap(({ name, default: standard }) => {
    const label = labels[name];
    if (label === undefined || (only.size > 0 && !only.has(label))) return [];
    const value = fields.get(name) ?? standard;
    return [`${`${label}:`.padEnd(15)}${value === undefined ? "<unset>" : print(value)}`];
  });
}

async function failAfter(milliseconds: number, signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const cancel = systemClock.after(milliseconds, resolve);
    signal.addEventListener("abort", () => {
      cancel();
      reject(signal.reason);
    });
  });
  throw new ResourceError(`waitforerror ${(milliseconds / 1000).toFixed(4)} seconds`);
}
