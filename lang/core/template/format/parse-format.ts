/** Takes formats of `printf` apart. */
import type { Flags } from "./flags.ts";

/** The largest width, precision or number of an operand. */
export const LARGEST_NUMBER = 1_000_000;

/** Literal text, or what stands for an operand. */
export type Piece = string | Directive;

/** A width or precision; that of the next operand if it is `*`. */
type Amount = number | "operand" | undefined;

export interface Directive {
  readonly flags: Flags;
  /** The operand that comes next, counted from 1, where the format says so; NaN if it says nonsense. */
  readonly numberBeforeWidth: number | undefined;
  /** Whether operands say the width and the precision. */
  readonly takesWidth: boolean;
  readonly numberBeforePrecision: number | undefined;
  readonly takesPrecision: boolean;
  readonly numberBeforeVerb: number | undefined;
  /** Whether numbers of operands stand where they may. */
  readonly isSound: boolean;
  /** One character; undefined if the format ends before it. */
  readonly verb: string | undefined;
}

export function parseFormat(format: string): readonly Piece[] {
  return new FormatParser(format).run();
}

const flagNames: Readonly<Record<string, "minus" | "plus" | "sharp" | "space" | "zero">> = {
  "-": "minus",
  "+": "plus",
  "#": "sharp",
  " ": "space",
  "0": "zero",
};

class FormatParser {
  #at = 0;
  readonly #lastClose: number;

  constructor(readonly format: string) {
    this.#lastClose = format.lastIndexOf("]");
  }

  run(): readonly Piece[] {
    const { format } = this;
    const pieces: Piece[] = [];
    while (this.#at < format.length) {
      const percent = format.indexOf("%", this.#at);
      const end = percent < 0 ? format.length : percent;
      if (end > this.#at) pieces.push(format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent >= 0) pieces.push(this.#directive());
    }
    return pieces;
  }

  #directive(): Directive {
    const flags = this.#flags();
    const numberBeforeWidth = this.#operandNumber();
    const width = this.#amount();
    let isSound = !(isNumber(numberBeforeWidth) && typeof width === "number");
    // What the last number of an operand is for: it must stand right before the verb or an asterisk.
    let isPending = isNumber(numberBeforeWidth) && width !== "operand";
    let numberBeforePrecision: number | undefined;
    let precision: Amount;
    // A point that ends the format is a verb.
    if (this.#next() === "." && this.#at + 1 < this.format.length) {
      this.#at++;
      isSound &&= !isPending;
      numberBeforePrecision = this.#operandNumber();
      precision = this.#amount() ?? 0;
      isPending = isNumber(numberBeforePrecision) && precision !== "operand";
    }
    const numberBeforeVerb = isPending ? undefined : this.#operandNumber();
    const verb = this.#verb();
    const allFlags: Flags = {
      ...(verb === "v" ? flagsOfV(flags) : flags),
      ...(typeof width === "number" ? { width } : {}),
      ...(typeof precision === "number" ? { precision } : {}),
    };
    return {
      flags: allFlags,
      numberBeforeWidth,
      takesWidth: width === "operand",
      numberBeforePrecision,
      takesPrecision: precision === "operand",
      numberBeforeVerb,
      isSound,
      verb,
    };
  }

  #flags(): Flags {
    const flags: { -readonly [K in keyof Flags]: Flags[K] } = {};
    for (let name = flagNames[this.#next()]; name !== undefined; name = flagNames[this.#next()]) {
      flags[name] = true;
      this.#at++;
    }
    return flags;
  }

  #next(): string {
    return this.format.charAt(this.#at);
  }

  /** `[2]`; undefined if there is none. */
  #operandNumber(): number | undefined {
    if (this.#next() !== "[") return undefined;
    if (this.#at > this.#lastClose || this.format.length - this.#at < 3) {
      this.#at++;
      return Number.NaN;
    }
    const close = this.format.indexOf("]", this.#at);
    const text = this.format.slice(this.#at + 1, close);
    this.#at = close + 1;
    return /^\d{1,7}$/.test(text) && Number(text) <= LARGEST_NUMBER ? Number(text) : Number.NaN;
  }

  #amount(): Amount {
    if (this.#next() !== "*") return this.#number();
    this.#at++;
    return "operand";
  }

  /** One that is too large swallows the rest of the format. */
  #number(): number | undefined {
    const text = /^\d*/.exec(this.format.slice(this.#at, this.#at + LONGEST_NUMBER))?.[0] ?? "";
    if (text === "") return undefined;
    // As in Go, the last digit is not looked at.
    const isTooLarge = text.length === LONGEST_NUMBER || Number(text.slice(0, -1)) > LARGEST_NUMBER;
    this.#at = isTooLarge ? this.format.length : this.#at + text.length;
    return isTooLarge ? undefined : Number(text);
  }

  #verb(): string | undefined {
    const code = this.format.codePointAt(this.#at);
    if (code === undefined) return undefined;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character.isWellFormed() ? character : "\ufffd";
  }
}

/** More digits than any number has, leading zeros left aside. */
const LONGEST_NUMBER = 100;

function isNumber(number: number | undefined): boolean {
  return number !== undefined && !Number.isNaN(number);
}

/** For `%v`, plus and sharp mean other things. */
function flagsOfV({ plus, sharp, ...rest }: Flags): Flags {
  return { ...rest, ...(plus ? { plusV: true } : {}), ...(sharp ? { sharpV: true } : {}) };
}
