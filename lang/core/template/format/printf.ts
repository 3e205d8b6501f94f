/** The functions `print`, `println` and `printf` of templates. */
import { joinText } from "../../../bytes.ts";
import { typeName } from "../type.ts";
import { integerOf, type TemplateValue, typeOf } from "../value.ts";
import { type Flags, noFlags } from "./flags.ts";
import { formatValue, valueText } from "./format-value.ts";
import { type Directive, LARGEST_NUMBER, type Piece, parseFormat } from "./parse-format.ts";

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
  return new Formatting(operands).run(remembered(format));
}

/** Formats are few, and each is used many times over. */
const parsed = new Map<string, readonly Piece[]>();
const MOST_REMEMBERED = 200;

function remembered(format: string): readonly Piece[] {
  const known = parsed.get(format);
  if (known !== undefined) return known;
  if (parsed.size >= MOST_REMEMBERED) parsed.clear();
  const pieces = parseFormat(format);
  parsed.set(format, pieces);
  return pieces;
}

class Formatting {
  readonly #parts: string[] = [];
  /** The next operand. */
  #operand = 0;
  /** Whether the format has named an operand by its number, so that none counts as surplus. */
  #isReordered = false;
  /** Whether the numbers in the current directive make sense. */
  #isSound = true;

  constructor(readonly operands: readonly TemplateValue[]) {}

  run(pieces: readonly Piece[]): string {
    for (const piece of pieces) {
      if (typeof piece === "string") this.#parts.push(piece);
      else this.#directive(piece);
    }
    if (!this.#isReordered && this.#operand < this.operands.length) this.#surplus();
    const [only = ""] = this.#parts;
    return this.#parts.length > 1 ? joinText(this.#parts) : only;
  }

  #directive(directive: Directive): void {
    this.#isSound = directive.isSound;
    this.#goTo(directive.numberBeforeWidth);
    let { flags } = directive;
    if (directive.takesWidth) flags = this.#widthOperand(flags);
    this.#goTo(directive.numberBeforePrecision);
    if (directive.takesPrecision) flags = this.#precisionOperand(flags);
    this.#goTo(directive.numberBeforeVerb);
    this.#apply(directive.verb, flags);
  }

  #goTo(number: number | undefined): void {
    if (number === undefined) return;
    this.#isReordered = true;
    if (number >= 1 && number <= this.operands.length) this.#operand = number - 1;
    else this.#isSound = false;
  }

  #widthOperand(flags: Flags): Flags {
    const width = this.#takeNumber();
    if (width === undefined) {
      this.#parts.push("%!(BADWIDTH)");
      return flags;
    }
    return width < 0 ? { ...flags, width: -width, minus: true, zero: false } : { ...flags, width };
  }

  #precisionOperand(flags: Flags): Flags {
    const precision = this.#takeNumber();
    if (precision !== undefined && precision >= 0) return { ...flags, precision };
    this.#parts.push("%!(BADPREC)");
    return flags;
  }

  #takeNumber(): number | undefined {
    const operand = this.operands[this.#operand];
    if (operand === undefined) return undefined;
    this.#operand++;
    const number = integerOf(operand);
    if (number === undefined || number > LARGEST_NUMBER || number < -LARGEST_NUMBER) return undefined;
    return Number(number);
  }

  #apply(verb: string | undefined, flags: Flags): void {
    const operand = this.operands[this.#operand];
    if (verb === undefined) {
      this.#parts.push("%!(NOVERB)");
    } else if (verb === "%") {
      this.#parts.push("%");
    } else if (!this.#isSound) {
      this.#parts.push(`%!${verb}(BADINDEX)`);
    } else if (operand === undefined) {
      this.#parts.push(`%!${verb}(MISSING)`);
    } else {
      this.#parts.push(formatValue(operand, verb, flags));
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
