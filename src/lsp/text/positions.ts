/** Places in a text as editors count them: lines and UTF-16 code units, both from 0. */
import type { Position, Range } from "vscode-languageserver";
import type { Source, Span } from "../../../lang/diagnostic.ts";

/** Where the lines of a text begin. Lines end as the protocol has it, though mcl knows no carriage return. */
export class Lines {
  readonly #starts: readonly number[];

  constructor(readonly text: string) {
    const starts = [0];
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === newline || (code === carriageReturn && text.charCodeAt(at + 1) !== newline))
        starts.push(at + 1);
    }
    this.#starts = starts;
  }

  /** The offset of a position; one that is past the end of its line or text is taken as that end. */
  offset({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) return this.text.length;
    return Math.min(start + character, this.end(line));
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (this.#starts[low] ?? 0) };
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(end) };
  }

  /** The offset at which a line begins. */
  start(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The offset at which a line ends, before what ends it. */
  end(line: number): number {
    let end = this.#starts[line + 1] ?? this.text.length;
    if (line + 1 >= this.#starts.length) return end;
    end--;
    return this.text.charCodeAt(end) === newline && this.text.charCodeAt(end - 1) === carriageReturn
      ? end - 1
      : end;
  }
}

const newline = 10;
const carriageReturn = 13;

const known = new WeakMap<Source, Lines>();

/** The lines of a source. */
export function linesOf(source: Source): Lines {
  let lines = known.get(source);
  if (lines === undefined) {
    lines = new Lines(source.text);
    known.set(source, lines);
  }
  return lines;
}

/** Whether an offset is in a span or at its very end, where a cursor is that has just typed it. */
export function touches({ start, end }: Pick<Span, "start" | "end">, offset: number): boolean {
  return start <= offset && offset <= end;
}
