/** The functions `print`, `println` and `printf` of templates. */
import { joinText } from "../../../bytes.ts";
import { typeName } from "../type.ts";
import { integerOf, type TemplateValue, typeOf } from "../value.ts";
import { type Flags, noFlags } from "./flags.ts";
import { formatValue, valueText } from "./format-value.ts";

/** The largest width, precision or number of an operand. */
const LARGEST_NUMBER = 1_000_000;

/** All values, with a blank between two that are no text. */
export function print(values: readonly TemplateValue[]): string {
  const parts: string[] = [];
  for (const [index, value] of values.entries()) {
    if (index > 0 && typeof value !== "string" && typeof values[index - 1] !== "string") parts.push(" ");
    parts.push(valueText(value));
  }
  return joinText(parts);
}

/** All values with a blank between them, and the end of a line. */
export function println(values: readonly TemplateValue[]): string {
  return joinText([values.map(valueText).join(" "), "\n"]);
}

/** Values after a format. Never fails: what does not fit is said in the result. */
export function printf(format: string, operands: readonly TemplateValue[]): string {
  return new Formatting(format, operands).run();
}

interface MutableFlags {
  width?: number | undefined;
  precision?: number | undefined;
  minus?: boolean;
  plus?: boolean;
  sharp?: boolean;
  space?: boolean;
  zero?: boolean;
}

const flagNames: Readonly<Record<string, "minus" | "plus" | "sharp" | "space" | "zero">> = {
  "-": "minus",
  "+": "plus",
  "#": "sharp",
  " ": "space",
  "0": "zero",
};

class Formatting {
  readonly #parts: string[] = [];
  #at = 0;
  /** The next operand. */
  #operand = 0;
  /** Whether an operand was named by its number, so that none counts as surplus. */
  #isReordered = false;
  /** Whether the number of an operand in the current verb makes sense. */
  #isGoodOperand = true;

  constructor(
    readonly format: string,
    readonly operands: readonly TemplateValue[],
  ) {}

  run(): string {
    const { format } = this;
    while (this.#at < format.length) {
      const percent = format.indexOf("%", this.#at);
      const end = percent < 0 ? format.length : percent;
      if (end > this.#at) this.#parts.push(format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent >= 0) this.#verb();
    }
    if (!this.#isReordered && this.#operand < this.operands.length) this.#surplus();
    return joinText(this.#parts);
  }

  #verb(): void {
    this.#isGoodOperand = true;
    const flags: MutableFlags = {};
    for (let name = flagNames[this.#next()]; name !== undefined; name = flagNames[this.#next()]) {
      flags[name] = true;
      this.#at++;
    }
    let afterNumber = this.#operandNumber();
    if (this.#next() === "*") {
      this.#at++;
      this.#widthOperand(flags);
      afterNumber = false;
    } else {
      flags.width = this.#number();
      if (afterNumber && flags.width !== undefined) this.#isGoodOperand = false;
    }
    // A point that ends the format is a verb.
    if (this.#next() === "." && this.#at + 1 < this.format.length) {
      this.#at++;
      if (afterNumber) this.#isGoodOperand = false;
      afterNumber = this.#operandNumber();
      if (this.#next() === "*") {
        this.#at++;
        this.#precisionOperand(flags);
        afterNumber = false;
      } else {
        flags.precision = this.#number() ?? 0;
      }
    }
    if (!afterNumber) this.#operandNumber();
    this.#apply(flags);
  }

  #next(): string {
    return this.format.charAt(this.#at);
  }

  /** `[2]`: the number of the next operand. Whether there is one. */
  #operandNumber(): boolean {
    if (this.#next() !== "[") return false;
    this.#isReordered = true;
    const close = this.format.indexOf("]", this.#at);
    if (close < 0 || this.format.length - this.#at < 3) {
      this.#isGoodOperand = false;
      this.#at++;
      return false;
    }
    const text = this.format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    const isNumber = number <= LARGEST_NUMBER && /^\d+$/.test(text);
    if (isNumber && number >= 1 && number <= this.operands.length) {
      this.#operand = number - 1;
      return true;
    }
    this.#isGoodOperand = false;
    return isNumber;
  }

  /** A width or precision; one that is too large swallows the rest of the format. */
  #number(): number | undefined {
    let end = this.#at;
    while (isDigit(this.format.charCodeAt(end))) end++;
    if (end === this.#at) return undefined;
    const text = this.format.slice(this.#at, end);
    // As in Go, the last digit is not looked at.
    const isTooLarge = Number(text.slice(0, -1)) > LARGEST_NUMBER;
    this.#at = isTooLarge ? this.format.length : this.#at + text.length;
    return isTooLarge ? undefined : Number(text);
  }

  #widthOperand(flags: MutableFlags): void {
    const width = this.#takeNumber();
    if (width === undefined) {
      this.#parts.push("%!(BADWIDTH)");
    } else if (width < 0) {
      flags.width = -width;
      flags.minus = true;
      flags.zero = false;
    } else {
      flags.width = width;
    }
  }

  #precisionOperand(flags: MutableFlags): void {
    const precision = this.#takeNumber();
    if (precision === undefined || precision < 0) this.#parts.push("%!(BADPREC)");
    else flags.precision = precision;
  }

  #takeNumber(): number | undefined {
    const operand = this.operands[this.#operand];
    if (operand === undefined) return undefined;
    this.#operand++;
    const number = integerOf(operand);
    if (number === undefined || number > LARGEST_NUMBER || number < -LARGEST_NUMBER) return undefined;
    return Number(number);
  }

  #apply(flags: MutableFlags): void {
    const code = this.format.codePointAt(this.#at);
    if (code === undefined) {
      this.#parts.push("%!(NOVERB)");
      return;
    }
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    const verb = character.isWellFormed() ? character : "\ufffd";
    const operand = this.operands[this.#operand];
    if (verb === "%") {
      this.#parts.push("%");
    } else if (!this.#isGoodOperand) {
      this.#parts.push(`%!${verb}(BADINDEX)`);
    } else if (operand === undefined) {
      this.#parts.push(`%!${verb}(MISSING)`);
    } else {
      this.#parts.push(formatValue(operand, verb, verb === "v" ? flagsOfV(flags) : flags));
      this.#operand++;
    }
  }

  #surplus(): void {
    const rest = this.operands.slice(this.#operand).map((value) => {
      return value === null ? "<nil>" : `${typeName(typeOf(value))}=${formatValue(value, "v", noFlags)}`;
    });
    this.#parts.push(`%!(EXTRA ${rest.join(", ")})`);
  }
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** For `%v`, plus and sharp mean other things. */
function flagsOfV({ plus, sharp, ...rest }: MutableFlags): Flags {
  return { ...rest, ...(plus ? { plusV: true } : {}), ...(sharp ? { sharpV: true } : {}) };
}
