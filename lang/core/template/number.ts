/** Numbers as templates write them: each is all that it can be, and its use decides. */
import { quote } from "../../bytes.ts";
import { parseFloatText } from "../support/float-syntax.ts";

export interface NumberLiteral {
  /** If it is integral and fits 64 bits. */
  readonly int?: bigint | undefined;
  readonly float?: number | undefined;
  readonly complex?: { readonly real: number; readonly imaginary: number } | undefined;
}

const LARGEST_INT = 2n ** 63n - 1n;
const LARGEST_UINT = 2n ** 64n - 1n;

/** @returns the number, or what is wrong with it */
export function parseNumber(text: string): NumberLiteral | { readonly problem: string } {
  if (text.endsWith("i")) {
    const imaginary = finite(text.slice(0, -1));
    if (imaginary !== undefined) return fromComplex(0, imaginary);
  }
  const integer = parseInteger(text);
  if (integer !== undefined && integer >= -LARGEST_INT - 1n && integer <= LARGEST_INT) {
    return { int: integer, float: Number(integer) };
  }
  // A number for which only an unsigned integer is large enough.
  if (integer !== undefined && integer <= LARGEST_UINT && /^\d/.test(text)) return { float: Number(integer) };
  const float = finite(text);
  if (float === undefined) return { problem: `illegal number syntax: ${quote(text)}` };
  if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: ${quote(text)}` };
  return { int: integral(float), float };
}

/** A real and an imaginary part, `1+2i`. */
export function parseComplex(text: string): NumberLiteral | { readonly problem: string } {
  const match = /^(.*[^eEpP])([+-].*)i$/.exec(text);
  const real = finite(match?.[1] ?? "");
  const imaginary = finite(match?.[2] ?? "");
  if (real === undefined || imaginary === undefined)
    return { problem: "syntax error scanning complex number" };
  return fromComplex(real, imaginary);
}

function fromComplex(real: number, imaginary: number): NumberLiteral {
  const complex = { real, imaginary };
  return imaginary === 0 ? { complex, float: real, int: integral(real) } : { complex };
}

function integral(float: number): bigint | undefined {
  return Number.isInteger(float) && float >= -(2 ** 63) && float < 2 ** 63 ? BigInt(float) : undefined;
}

function finite(text: string): number | undefined {
  const value = parseFloatText(text)?.value;
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Digits of a base after what announces it; an underscore may stand between any two. */
const integerForms: readonly { readonly form: RegExp; readonly prefix: string }[] = [
  { form: /^0[xX]((?:_?[\da-fA-F])+)$/, prefix: "0x" },
  { form: /^0[bB]((?:_?[01])+)$/, prefix: "0b" },
  { form: /^0[oO]?((?:_?[0-7])+)$/, prefix: "0o" },
  { form: /^(0|[1-9](?:_?\d)*)$/, prefix: "" },
];

function parseInteger(text: string): bigint | undefined {
  const magnitude = text.replace(/^[+-]/, "");
  for (const { form, prefix } of integerForms) {
    const digits = form.exec(magnitude)?.[1];
    if (digits === undefined) continue;
    const value = BigInt(prefix + digits.replaceAll("_", ""));
    return text.startsWith("-") ? -value : value;
  }
  return undefined;
}
