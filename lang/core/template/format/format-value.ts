/** One value after one verb. */
import { encodeBytes } from "../../../bytes.ts";
import { typeName } from "../type.ts";
import { Integer, Mapping, Slice, Structure, type TemplateValue, typeOf } from "../value.ts";
import { type Flags, noFlags, pad, truncate } from "./flags.ts";
import { type FloatVerb, floatToText, formatFloat } from "./float.ts";
import { formatInteger } from "./integer.ts";
import { canBackquote, quoteText } from "./quoting.ts";

const NIL = "<nil>";
/** Lists and maps have no address here, but a template may ask for it. */
const ADDRESS = 0xc000000000n;

/** As `{{ .X }}` and `%v` show a value. */
export function valueText(value: TemplateValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "bigint":
    case "boolean":
      return String(value);
    case "number":
      return floatToText(value);
  }
  if (value instanceof Integer) return String(value.value);
  return formatValue(value, "v", noFlags);
}

/** @param verb one character */
export function formatValue(value: TemplateValue, verb: string, flags: Flags): string {
  if (value === null) return verb === "T" || verb === "v" ? pad(NIL, flags) : badVerb(value, verb, flags);
  if (verb === "T") return pad(truncate(typeName(typeOf(value)), flags), flags);
  if (verb === "p") return pointer(value, flags) ?? badVerb(value, verb, flags);
  return formatInside(value, verb, flags);
}

function formatInside(value: TemplateValue, verb: string, flags: Flags): string {
  if (value instanceof Slice) return formatSlice(value, verb, flags);
  if (value instanceof Mapping) return formatMapping(value, verb, flags);
  if (value instanceof Structure) return formatStructure(value, verb, flags);
  return formatBasic(value, verb, flags) ?? badVerb(value, verb, flags);
}

type Basic = Exclude<TemplateValue, Slice | Mapping | Structure>;

/** Undefined if the verb is not for such values. */
function formatBasic(value: Basic, verb: string, flags: Flags): string | undefined {
  switch (typeof value) {
    case "boolean":
      return verb === "t" || verb === "v" ? pad(String(value), flags) : undefined;
    case "string":
      return formatText(value, verb, flags);
    case "bigint":
      return formatInteger(value, true, verb, flags);
    case "number":
      return formatFloatVerb(value, verb, flags);
  }
  if (value === null) return verb === "v" ? NIL : undefined;
  if (value instanceof Integer) return formatInteger(value.value, value.kind === "int", verb, flags);
  const real = formatFloatVerb(value.real, verb, flags);
  const imaginary = formatFloatVerb(value.imaginary, verb, { ...flags, plus: true });
  return real === undefined ? undefined : `(${real}${imaginary}i)`;
}

function formatText(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV ? quoted(text, flags) : pad(truncate(text, flags), flags);
    case "s":
      return pad(truncate(text, flags), flags);
    case "q":
      return quoted(text, flags);
    case "x":
    case "X":
      return formatBytes(text, verb, flags);
    default:
      return undefined;
  }
}

function quoted(text: string, flags: Flags): string {
  const shown = truncate(text, flags);
  if (flags.sharp && canBackquote(shown)) return pad(`\`${shown}\``, flags);
  return pad(quoteText(shown, flags.plus === true), flags);
}

function formatBytes(text: string, verb: "x" | "X", flags: Flags): string {
  const bytes = encodeBytes(text).subarray(0, flags.precision);
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const start = flags.sharp && pairs.length > 0 ? "0x" : "";
  const hex = start + pairs.join(flags.space ? ` ${start}` : "");
  return pad(verb === "X" ? hex.toUpperCase() : hex, flags);
}

const floatVerbs: Readonly<Record<string, readonly [FloatVerb, number?]>> = {
  v: ["g"],
  g: ["g"],
  G: ["G"],
  b: ["b"],
  x: ["x"],
  X: ["X"],
  f: ["f", 6],
  F: ["f", 6],
  e: ["e", 6],
  E: ["E", 6],
};

function formatFloatVerb(value: number, verb: string, flags: Flags): string | undefined {
  const found = Object.hasOwn(floatVerbs, verb) ? floatVerbs[verb] : undefined;
  return found && formatFloat(value, found[0], flags, found[1]);
}

function formatSlice(slice: Slice, verb: string, flags: Flags): string {
  const parts = Array.from(slice, (each) => formatInside(each, verb, flags));
  return flags.sharpV ? `${typeName(slice.type)}{${parts.join(", ")}}` : `[${parts.join(" ")}]`;
}

function formatMapping(map: Mapping, verb: string, flags: Flags): string {
  const parts = Array.from(
    map.entries(),
    ([key, value]) => `${formatInside(key, verb, flags)}:${formatInside(value, verb, flags)}`,
  );
  return flags.sharpV ? `${typeName(map.type)}{${parts.join(", ")}}` : `map[${parts.join(" ")}]`;
}

function formatStructure(struct: Structure, verb: string, flags: Flags): string {
  const parts = struct.type.fields.map(({ name }, index) => {
    const text = formatInside(struct.at(index), verb, flags);
    return flags.plusV || flags.sharpV ? `${name}:${text}` : text;
  });
  return flags.sharpV ? `${typeName(struct.type)}{${parts.join(", ")}}` : `{${parts.join(" ")}}`;
}

/** Undefined for what has no address. */
function pointer(value: TemplateValue, flags: Flags): string | undefined {
  if (!(value instanceof Slice) && !(value instanceof Mapping)) return undefined;
  return formatInteger(ADDRESS, false, "x", { ...flags, sharp: !flags.sharp });
}

/** `%!s(int64=1)`: what a value and a verb that do not fit give. */
function badVerb(value: TemplateValue, verb: string, flags: Flags): string {
  const shown = value === null ? NIL : `${typeName(typeOf(value))}=${formatInside(value, "v", flags)}`;
  return `%!${verb}(${shown})`;
}
