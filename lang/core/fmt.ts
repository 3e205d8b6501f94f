/** Module `fmt` (functions specification, section 6). */
import { byteLength, joinText, quote } from "../bytes.ts";
import * as types from "../types/type.ts";
import { print, printFloat, type Value } from "../value.ts";
import {
  type Argument,
  arg,
  type CallSite,
  FatalError,
  InferError,
  pure,
  repeated,
  type Signature,
  t,
} from "./define.ts";

type Verb = "t" | "s" | "q" | "d" | "f" | "v" | "T";

/** A format, taken apart: literal text and verbs, in order. */
type Piece = { readonly literal: string } | { readonly verb: Verb };

/** What a verb takes; undefined is anything. */
const operandTypes: Readonly<Record<Verb, types.Type | undefined>> = {
  t: types.bool,
  s: types.str,
  q: types.str,
  d: types.int,
  f: types.float,
  v: undefined,
  T: undefined,
};

function isVerb(character: string): character is Verb {
  return Object.hasOwn(operandTypes, character);
}

/** A format with a `%` that means nothing. */
class FormatError extends Error {}

/** @throws FormatError with the byte offset of what is wrong */
function parseFormat(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  let from = 0;
  for (let at = format.indexOf("%"); at >= 0 && at + 1 < format.length; at = format.indexOf("%", from)) {
    const character = format.charAt(at + 1);
    literal += format.slice(from, at);
    from = at + 2;
    if (character === "%") {
      literal += "%";
    } else if (isVerb(character)) {
      if (literal !== "") pieces.push({ literal });
      literal = "";
      pieces.push({ verb: character });
    } else {
      throw new FormatError(
        `invalid format string at ${byteLength(format.slice(0, at + 1))}: there is no verb \`%${character}\``,
      );
    }
  }
  const rest = format.slice(from);
  literal += rest.endsWith("%") ? rest.slice(0, -1) : rest;
  if (literal !== "") pieces.push({ literal });
  return pieces;
}

function verbsOf(pieces: readonly Piece[]): readonly Verb[] {
  return pieces.flatMap((piece) => ("verb" in piece ? [piece.verb] : []));
}

function infer(site: CallSite): Signature {
  const [format, ...operands] = site.args;
  const formatArg = { name: "format", type: types.str };
  if (typeof format?.value !== "string") {
    return { args: [formatArg, ...operands.map((_, index) => anything(index))], result: types.str };
  }
  const verbs = parseStaticFormat(format.value);
  if (verbs.length !== operands.length) {
    const wanted = verbs.map((verb) => `%${verb}`).join(" ");
    throw new InferError(
      `the format has ${count(verbs.length, "verb")}${wanted === "" ? "" : ` (${wanted})`}, but ${count(operands.length, "value")} ${operands.length === 1 ? "follows" : "follow"} it`,
      { help: "every verb takes one value; a percent sign itself is written `%%`" },
    );
  }
  const args = verbs.map((verb, index) => {
    const wanted = operandTypes[verb];
    if (wanted === undefined) return anything(index);
    const found = operands[index]?.type;
    if (found !== undefined && found.kind !== wanted.kind) {
      throw new InferError(`\`%${verb}\` takes ${wanted.kind}, got ${types.printType(found)}`, {
        argument: index + 1,
        help: `the verb for that is \`%${verbFor(found)}\``,
      });
    }
    return { name: operandName(index), type: wanted };
  });
  return { args: [formatArg, ...args], result: types.str };
}

function parseStaticFormat(format: string): readonly Verb[] {
  try {
    return verbsOf(parseFormat(format));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InferError(error.message, {
      argument: 0,
      help: "the verbs are %t bool, %s and %q str, %d int, %f float, %v anything, %T its type, %%; they have no width or precision",
    });
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function verbFor({ kind }: types.Type): string {
  switch (kind) {
    case "bool":
      return "t";
    case "str":
      return "s";
    case "int":
      return "d";
    case "float":
      return "f";
    default:
      return "v";
  }
}

/** Operands are named a, b, … */
function operandName(index: number): string {
  return index < 26 ? String.fromCharCode(97 + index) : `a${index}`;
}

function anything(index: number): Signature["args"][number] {
  return { name: operandName(index), type: { kind: "parameter", name: String(index + 1) } };
}

const printfArgs: readonly [Argument<string>, ...Argument[]] = [
  arg("format", t.str),
  repeated(arg("a", t.parameter("1"), "one value for each verb, of any type that it takes")),
];

export const printf = pure({
  module: "fmt",
  name: "printf",
  summary: "Text made after a format, in which each verb stands for the next value.",
  args: printfArgs,
  otherForms: [["format"]],
  returns: t.str,
  notes:
    "Verbs: %t bool, %s str, %q str in quotes, %d int, %f float in as many digits as it needs, %v any value, " +
    "%T the type of any value; %% is a percent sign. There are no flags, widths or precisions. Where the format is " +
    "known before the program runs, number and types of the values are checked then.",
  errors: "Fatal: a format only known at run time that is wrong or does not fit the values.",
  examples: {
    'fmt.printf("%s=%d", "n", 3)': '"n=3"',
    'fmt.printf("%f and %t, 100%%", 42.0, true)': '"42 and true, 100%"',
    'fmt.printf("%v", {"b" => [2.5], "a" => []})': '"{\\"a\\": [], \\"b\\": [2.5]}"',
    'fmt.printf("%T", [1, 2])': '"[]int"',
  },
  infer,
  bind: (context) => {
    const operandTypeTexts = context.type.args.slice(1).map((each) => types.printType(each.type));
    let parsed: { readonly format: string; readonly pieces: readonly Piece[] } | undefined;
    return (format, ...operands) => {
      if (parsed?.format !== format) parsed = { format, pieces: parseRunningFormat(format) };
      return render(parsed.pieces, operands, operandTypeTexts);
    };
  },
});

function parseRunningFormat(format: string): readonly Piece[] {
  try {
    return parseFormat(format);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FatalError(`could not parse format string: ${error.message}`);
  }
}

function render(
  pieces: readonly Piece[],
  operands: readonly Value[],
  operandTypeTexts: readonly string[],
): string {
  let next = 0;
  const parts = pieces.map((piece) => {
    if ("literal" in piece) return piece.literal;
    const index = next++;
    const operand = operands[index];
    if (operand === undefined) {
      throw new FatalError(
        `number of args (${operands.length}) doesn't match format string verb count (${verbsOf(pieces).length})`,
      );
    }
    const text = renderOperand(piece.verb, operand, operandTypeTexts[index] ?? "");
    if (text === undefined) {
      throw new FatalError(
        `inconsistent type at arg index ${index + 1}: verb %${piece.verb} needs ${operandTypes[piece.verb]?.kind}, ` +
          `got: ${operandTypeTexts[index]}`,
      );
    }
    return text;
  });
  return joinText(parts);
}

/** Undefined if the verb does not take such a value. */
function renderOperand(verb: Verb, operand: Value, typeText: string): string | undefined {
  switch (verb) {
    case "t":
      return typeof operand === "boolean" ? String(operand) : undefined;
    case "s":
      return typeof operand === "string" ? operand : undefined;
    case "q":
      return typeof operand === "string" ? quote(operand) : undefined;
    case "d":
      return typeof operand === "bigint" ? String(operand) : undefined;
    case "f":
      return typeof operand === "number" ? printFloat(operand) : undefined;
    case "v":
      return typeof operand === "string" ? operand : print(operand);
    case "T":
      return typeText;
  }
}
