/** Module `encoding`. */
import { decodeBytes, encodeBytes, quote } from "../bytes.ts";
import { DiagnosticError } from "../diagnostic.ts";
import { parseType } from "../syntax/parse-type.ts";
import { printType, sameType, type Type } from "../types/type.ts";
import { type Argument, arg, type CoreFunction, FatalError, InferError, pure, t } from "./define.ts";
import { decodeJson, type JsonFields, undecodable } from "./support/json-decoder.ts";

const module = "encoding";

export const base64Encode = pure({
  module,
  name: "base64_encode",
  summary: "The bytes of a text in base64, standard alphabet, padded.",
  args: [arg("data", t.str)],
  returns: t.str,
  examples: { 'encoding.base64_encode("hi")': '"aGk="' },
  call: (data) => Buffer.from(encodeBytes(data)).toString("base64"),
});

export const base64Decode = pure({
  module,
  name: "base64_decode",
  summary: "The bytes that a base64 text stands for.",
  args: [arg("data", t.str)],
  returns: t.str,
  notes: "Standard alphabet; padding is required; line breaks do not count. The result need not be UTF-8.",
  errors: "Fatal: text that is no base64.",
  examples: { 'encoding.base64_decode("aGk=")': '"hi"' },
  call: (data) => {
    const text = data.replace(/[\r\n]/g, "");
    const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
    if (!isBase64) throw new FatalError("text is not base64 in the standard alphabet with padding");
    return decodeBytes(Buffer.from(text, "base64"));
  },
});

const jsonArgs: readonly Argument<string>[] = [
  arg("data", t.str),
  arg("type", t.str, "the type to decode to"),
];

/** A function that decodes JSON to the type that its second argument names, or that its context wants. */
function jsonDecoder(
  name: string,
  fields: JsonFields,
  about: Readonly<{ summary: string; notes: string; examples: Readonly<Record<string, string>> }>,
): CoreFunction {
  return pure({
    module,
    name,
    summary: about.summary,
    args: jsonArgs,
    otherForms: [["data"]],
    returns: t.parameter("1"),
    notes:
      "The type is written as in a program; without it the context of the call has to tell. Reads the first value of " +
      `\`data\`, what follows is ignored. An int must be written without fraction and exponent, null fits no type, keys of maps are str. ${about.notes}`,
    errors: "Fatal: text that is no JSON, or JSON of another type.",
    examples: about.examples,
    infer: (site) => {
      const args = jsonArgs.slice(0, site.args.length);
      const written = site.args[1]?.value;
      if (typeof written !== "string") return { args, result: t.parameter("1").type };
      return { args, result: typeOfText(written, (message) => new InferError(message)) };
    },
    check: ({ result }) => undecodable(result),
    bind: ({ type: { result } }) => {
      let fitting: string | undefined;
      return (data, written) => {
        if (written !== undefined && written !== fitting) checkType(written, result);
        fitting = written;
        return decodeJson(data, result, fields);
      };
    },
  });
}

/**
 * The type that a text names.
 * @throws what `fail` makes of what is wrong with it
 */
function typeOfText(text: string, fail: (message: string) => Error): Type {
  try {
    return parseType(text);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw fail(`${quote(text)} is not a type: ${error.message}`);
  }
}

/** @throws FatalError unless the text is the type that was inferred */
function checkType(text: string, inferred: Type): void {
  const type = typeOfText(text, (message) => new FatalError(message));
  if (sameType(type, inferred)) return;
  throw new FatalError(
    `the result is used as ${printType(inferred)}, but is to be decoded to ${printType(type)}`,
  );
}

export const decodeExactly = jsonDecoder("decode_json", "exact", {
  summary: "The value that a JSON text stands for.",
  notes: "Objects must have exactly the fields of their struct.",
  examples: {
    'encoding.decode_json("[1, 2]", "[]int")': "[1, 2]",
    'encoding.decode_json("{\\"name\\": \\"a\\", \\"port\\": 80}", "struct{name str; port int}")->port + 1':
      "81",
    'encoding.decode_json("1.5") + 1.0': "2.5",
  },
});

export const decodeFlexibly = jsonDecoder("decode_json_flexible", "flexible", {
  summary: "The value that a JSON text stands for, where objects need not have all fields of their struct.",
  notes:
    "Fields that are missing become false, empty, 0, or a struct of such; fields that a struct lacks are ignored.",
  examples: {
    'encoding.decode_json_flexible("{}", "struct{a int}")->a + 1': "1",
    'encoding.decode_json_flexible("{\\"a\\": 1, \\"b\\": null}", "struct{a int; c []str}")':
      "struct{a: 1; c: []}",
  },
});
