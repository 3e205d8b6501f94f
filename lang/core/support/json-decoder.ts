/** From JSON to values of a given type (functions specification, section 5, JSON rules). */
import { quote } from "../../bytes.ts";
import { printType, type Type } from "../../types/type.ts";
import { MapValue, StructValue, type Value } from "../../value.ts";
import { FatalError } from "../define.ts";
import { parseFloatText } from "./float-syntax.ts";
import { parseDecimalInt } from "./int-syntax.ts";
import { JsonNumber, type JsonObject, JsonSyntaxError, type JsonValue, readJson } from "./json-reader.ts";
import { zeroValue } from "./zero-value.ts";

/** Whether an object must have exactly the fields of the struct it becomes, or may lack some and have others. */
export type JsonFields = "exact" | "flexible";

/**
 * The value of a type that the first JSON value in a text stands for.
 * @throws FatalError that names the place inside the document
 */
export function decodeJson(text: string, type: Type, fields: JsonFields): Value {
  return decode(read(text), type, fields, undefined);
}

/** What keeps JSON from ever being of a type; undefined if nothing does. */
export function undecodable(type: Type): string | undefined {
  switch (type.kind) {
    case "variant":
    case "func":
      return `JSON cannot be decoded to ${printType(type)}`;
    case "list":
      return undecodable(type.element);
    case "map":
      if (type.key.kind !== "str") {
        return `keys in JSON are always str, it cannot be decoded to ${printType(type)}`;
      }
      return undecodable(type.value);
    case "struct":
      return type.fields.map((field) => undecodable(field.type)).find((problem) => problem !== undefined);
    default:
      return undefined;
  }
}

function read(text: string): JsonValue {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new FatalError(`invalid JSON at ${error.message}`);
  }
}

/** The key or index at which a part of a document stands in the part around it; undefined is the whole document. */
type Path = { readonly around: Path; readonly step: string | number } | undefined;

function decode(json: JsonValue, type: Type, fields: JsonFields, path: Path): Value {
  switch (type.kind) {
    case "bool":
      if (typeof json === "boolean") return json;
      break;
    case "str":
      if (typeof json === "string") return json;
      break;
    case "int":
      if (json instanceof JsonNumber) return intOf(json, path);
      break;
    case "float":
      if (json instanceof JsonNumber) return floatOf(json, path);
      break;
    case "list":
      if (isArray(json))
        return json.map((each, step) => decode(each, type.element, fields, { around: path, step }));
      break;
    case "map":
      if (isObject(json)) {
        const value = type.value;
        return new MapValue(
          [...json].map(
            ([step, each]) => [step, decode(each, value, fields, { around: path, step })] as const,
          ),
        );
      }
      break;
    case "struct":
      if (isObject(json)) return structOf(json, type, fields, path);
      break;
  }
  throw wrong(path, `must be ${printType(type)}, got ${describe(json)}`);
}

function intOf(json: JsonNumber, path: Path): bigint {
  const value = parseDecimalInt(json.text);
  if (value === undefined) throw wrong(path, `must be an int of 64 bits, got ${json.text}`);
  return value;
}

function floatOf(json: JsonNumber, path: Path): number {
  const value = parseFloatText(json.text)?.value;
  if (value === undefined || !Number.isFinite(value)) throw wrong(path, `float out of range: ${json.text}`);
  return value;
}

function structOf(
  json: JsonObject,
  type: Extract<Type, { kind: "struct" }>,
  fields: JsonFields,
  path: Path,
): StructValue {
  const names = type.fields.map((field) => field.name);
  if (fields === "exact") {
    const known = new Set(names);
    for (const key of json.keys()) {
      if (!known.has(key))
        throw wrong({ around: path, step: key }, `there is no such field in ${printType(type)}`);
    }
  }
  const values = type.fields.map((field) => {
    const member = json.get(field.name);
    const place = { around: path, step: field.name };
    if (member !== undefined) return decode(member, field.type, fields, place);
    if (fields === "flexible") return zeroValue(field.type);
    throw wrong(place, `missing, ${printType(type)} needs it`);
  });
  return new StructValue(names, values);
}

function isArray(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

function isObject(json: JsonValue): json is JsonObject {
  return json instanceof Map;
}

function describe(json: JsonValue): string {
  if (json === null) return "null";
  if (typeof json === "boolean") return String(json);
  if (typeof json === "string") return json.length > 32 ? "a string" : `the string ${quote(json)}`;
  if (json instanceof JsonNumber) return `the number ${json.text}`;
  return isArray(json) ? "an array" : "an object";
}

/** Something wrong with one part of a document, which it names as `servers[2].port`. */
function wrong(path: Path, what: string): FatalError {
  let place = "";
  for (let part = path; part !== undefined; part = part.around) {
    const { step } = part;
    if (typeof step === "number") place = `[${step}]${place}`;
    else place = (/^\w+$/.test(step) ? `.${step}` : `[${quote(step)}]`) + place;
  }
  return new FatalError(place === "" ? `JSON: ${what}` : `JSON at \`${place.replace(/^\./, "")}\`: ${what}`);
}
