/** Integers as the verbs `d b o O x X c q U v` write them. */
import { isPrintable } from "../../../unicode.ts";
import { type Flags, pad } from "./flags.ts";
import { characterOf, quoteCharacter } from "./quoting.ts";

/** Undefined if the verb is not for integers. */
export function formatInteger(
  value: bigint,
  isSigned: boolean,
  verb: string,
  flags: Flags,
): string | undefined {
  switch (verb) {
    case "v":
      if (flags.sharpV && !isSigned) return inBase(value, 16, verb, { ...flags, sharp: true });
      return inBase(value, 10, verb, flags);
    case "d":
      return inBase(value, 10, verb, flags);
    case "b":
      return inBase(value, 2, verb, flags);
    case "o":
    case "O":
      return inBase(value, 8, verb, flags);
    case "x":
    case "X":
      return inBase(value, 16, verb, flags);
    case "c":
      return pad(characterOf(value), flags);
    case "q":
      return pad(quoteCharacter(characterOf(value), flags.plus === true), flags);
    case "U":
      return codePoint(BigInt.asUintN(64, value), flags);
    default:
      return undefined;
  }
}

function inBase(value: bigint, base: 2 | 8 | 10 | 16, verb: string, flags: Flags): string {
  const isNegative = value < 0n;
  const magnitude = isNegative ? -value : value;
  const { precision, width = 0 } = flags;
  if (precision === 0 && magnitude === 0n) return " ".repeat(width);
  const sign = isNegative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  const zeroWidth = flags.zero && !flags.minus ? width - sign.length : 0;
  const digits = magnitude.toString(base).padStart(precision ?? zeroWidth, "0");
  const text = `${sign}${prefix(digits, base, verb, flags)}${digits}`;
  return pad(verb === "X" ? text.toUpperCase() : text, flags, false);
}

function prefix(digits: string, base: number, verb: string, { sharp }: Flags): string {
  const octal = verb === "O" ? "0o" : "";
  if (!sharp) return octal;
  if (base === 8) return digits.startsWith("0") ? octal : `${octal}0`;
  return base === 2 ? "0b" : base === 16 ? "0x" : "";
}

function codePoint(code: bigint, flags: Flags): string {
  const digits = code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 0, 4), "0");
  const character = characterOf(code);
  const isShown = flags.sharp && BigInt(character.codePointAt(0) ?? 0) === code && isPrintable(character);
  return pad(`U+${digits}${isShown ? ` '${character}'` : ""}`, flags, false);
}
