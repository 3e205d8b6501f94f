/** Encoding and decoding undo each other. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { decodeBytes } from "../../../lang/bytes.ts";
import { decodeExactly } from "../../../lang/core/encoding.ts";
import { JsonNumber, type JsonValue, readJson } from "../../../lang/core/support/json-reader.ts";
import { printType, type Type } from "../../../lang/types/type.ts";
import { isList, MapValue, print, StructValue, type Value } from "../../../lang/value.ts";
import { bytes, float, holds, int } from "./arbitraries.ts";
import { call, inferenceError } from "./call.ts";

describe("base64", () => {
  const encoded = (all: Uint8Array) => call("encoding.base64_encode", [decodeBytes(all)]);
  const decoded = (text: string) => call("encoding.base64_decode", [text]);

  test("decoding what was encoded gives every byte back", () => {
    holds(
      fc.property(bytes, (all) => {
        expect(encoded(all)).toBe(Buffer.from(all).toString("base64"));
        expect(decoded(Buffer.from(all).toString("base64"))).toBe(decodeBytes(all));
      }),
    );
  });

  test("line breaks do not count, wherever they are", () => {
    holds(
      fc.property(bytes, fc.infiniteStream(fc.constantFrom("", "", "\n", "\r\n")), (all, breaks) => {
        const broken = [...Buffer.from(all).toString("base64")].flatMap((digit) => [
          digit,
          breaks.next().value,
        ]);
        expect(decoded(broken.join(""))).toBe(decodeBytes(all));
      }),
    );
  });
});

const character = fc.string({ unit: "binary", maxLength: 6 });
const fieldName = fc.constantFrom("a", "b", "name", "port", "x1", "with_part");

const { type } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Type[]>({ kind: "bool" }, { kind: "str" }, { kind: "int" }, { kind: "float" }),
    tie("type").map((element): Type => ({ kind: "list", element })),
    tie("type").map((value): Type => ({ kind: "map", key: { kind: "str" }, value })),
    fc
      .uniqueArray(fc.record({ name: fieldName, type: tie("type") }), {
        maxLength: 3,
        selector: (field) => field.name,
      })
      .map((fields): Type => ({ kind: "struct", fields })),
  ),
}));

function valuesOf(of: Type): fc.Arbitrary<Value> {
  switch (of.kind) {
    case "bool":
      return fc.boolean();
    case "str":
      return character;
    case "int":
      return int;
    case "float":
      return float.filter(Number.isFinite);
    case "list":
      return fc.array(valuesOf(of.element), { maxLength: 3 });
    case "map":
      return fc
        .array(fc.tuple(character, valuesOf(of.value)), { maxLength: 3 })
        .map((entries) => new MapValue(entries));
    case "struct":
      return fc.tuple(...of.fields.map((field) => valuesOf(field.type))).map(
        (values) =>
          new StructValue(
            of.fields.map((field) => field.name),
            values,
          ),
      );
    default:
      throw new Error(`no JSON for ${of.kind}`);
  }
}

/** A value as JSON; `blank` gives what stands between tokens. */
function toJson(value: Value, blank: () => string): string {
  const list = (open: string, parts: readonly string[], close: string) =>
    blank() + open + (parts.join(",") || blank()) + close + blank();
  const member = (key: string, each: Value) =>
    `${blank()}${JSON.stringify(key)}${blank()}:${toJson(each, blank)}`;
  if (value instanceof MapValue) {
    return list(
      "{",
      [...value.entries()].map(([key, each]) => member(String(key), each)),
      "}",
    );
  }
  if (value instanceof StructValue) {
    const members = value.names.map((name, index) => member(name, value.values[index] ?? ""));
    return list("{", members.reverse(), "}");
  }
  if (isList(value)) {
    return list(
      "[",
      value.map((each) => toJson(each, blank)),
      "]",
    );
  }
  const text =
    typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
  return blank() + text + blank();
}

/** JSON as the platform reads it, numbers as text. */
function plain(json: JsonValue): unknown {
  if (json instanceof JsonNumber) return Number(json.text);
  if (json instanceof Map) return new Map([...json].map(([key, each]) => [key, plain(each)]));
  return Array.isArray(json) ? json.map(plain) : json;
}

function asMaps(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(asMaps);
  if (typeof json !== "object" || json === null) return json;
  return new Map(Object.entries(json).map(([key, each]) => [key, asMaps(each)]));
}

describe("JSON", () => {
  const typed = type.chain((of) => fc.tuple(fc.constant(of), valuesOf(of)));
  const blanks = fc.infiniteStream(fc.constantFrom("", "", " ", "\n", "\t\r\n"));

  test("every value of every type that JSON has", () => {
    holds(
      fc.property(typed, blanks, ([of, value], blank) => {
        const json = toJson(value, () => blank.next().value);
        for (const name of ["encoding.decode_json", "encoding.decode_json_flexible"]) {
          expect(print(call(name, [json], { result: of }))).toBe(print(value));
        }
      }),
    );
  });

  test("types are read as they are printed", () => {
    holds(
      fc.property(type, (of) => {
        const site = [{}, { value: printType(of) }];
        expect(inferenceError(decodeExactly, site)).toBeUndefined();
        expect(decodeExactly.infer?.({ args: site }).result).toEqual(of);
      }),
    );
  });

  test("is read as the platform reads it", () => {
    holds(
      fc.property(fc.json(), (json) => {
        expect(plain(readJson(json))).toEqual(asMaps(JSON.parse(json)));
      }),
    );
  });

  test("whatever the platform takes is taken, and nothing makes the reader crash", () => {
    holds(
      fc.property(fc.json(), fc.nat(), fc.constantFrom(...'{}[],:"\\0-.eE tn\n'), (json, at, damage) => {
        const place = at % (json.length + 1);
        const damaged = json.slice(0, place) + damage + json.slice(place + 1);
        let expected: unknown;
        try {
          expected = asMaps(JSON.parse(damaged));
        } catch {
          try {
            readJson(damaged);
          } catch (error) {
            expect(String(error)).toStartWith("Error: line ");
          }
          return;
        }
        expect(plain(readJson(damaged))).toEqual(expected);
      }),
    );
  });
});
