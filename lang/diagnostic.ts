/**
 * What the language says when a program is wrong: one type for every phase, rendered in one place
 * (`diagnostic-render.ts`). Phases are those of CLI.md section 3.
 */
import { directoryOf } from "./modules/path.ts";

/** A piece of program text and the path under which diagnostics name it. */
export class Source {
  #lineStarts: number[] | undefined;
  /** Of long lines, by their number: how many characters stand before each {@link stride} of the line. */
  readonly #strides = new Map<number, number[]>();

  /**
   * @param path inside the program, such as `main.mcl`
   * @param moduleDirectory of the module that the text belongs to: empty, or ending in `/`
   */
  constructor(
    readonly path: string,
    readonly text: string,
    readonly moduleDirectory: string = directoryOf(path),
  ) {}

  /** 1-based line and column of a UTF-16 offset; columns count code points. */
  position(offset: number): Position {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: this.#charactersBefore(low, offset) + 1 };
  }

  /** The UTF-16 offset at which a 1-based line begins. */
  lineStart(number: number): number {
    return this.#starts()[number - 1] ?? this.text.length;
  }

  /** The UTF-16 offset at which a 1-based line ends, before its newline. */
  lineEnd(number: number): number {
    const next = this.#starts()[number];
    return next === undefined ? this.text.length : next - 1;
  }

  /** How many characters stand in a line, by its 0-based number, before an offset; many may be asked for in one line. */
  #charactersBefore(line: number, offset: number): number {
    const start = this.#starts()[line] ?? 0;
    if (offset - start < stride) return countCharacters(this.text, start, offset);
    let counts = this.#strides.get(line);
    if (counts === undefined) {
      counts = [0];
      this.#strides.set(line, counts);
    }
    const whole = Math.floor((offset - start) / stride);
    for (let at = counts.length; at <= whole; at++) {
      const from = start + (at - 1) * stride;
      counts.push((counts[at - 1] ?? 0) + countCharacters(this.text, from, from + stride));
    }
    return (counts[whole] ?? 0) + countCharacters(this.text, start + whole * stride, offset);
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1))
        starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}

/** In UTF-16 units. */
const stride = 1024;

/** How many code points begin between two UTF-16 offsets. */
function countCharacters(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (!isSecondHalf(text, at)) count++;
  return count;
}

/** Whether the unit at an offset is the second half of a surrogate pair. */
function isSecondHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0xdc00 || code > 0xdfff) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}

/** A 1-based place in a text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a source: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** From the start of `first` to the end of `last`. */
export function join(first: Span, last: Span): Span {
  return { source: first.source, start: first.start, end: last.end };
}

/** Where a span begins, as notes name it: `main.mcl:3:5`. */
export function place(span: Span): string {
  const { line, column } = span.source.position(span.start);
  return `${span.source.path}:${line}:${column}`;
}

/** The stage in which a program was found wrong (CLI.md section 3). */
export type Phase =
  | "parse"
  | "init"
  | "interpolate"
  | "scope"
  | "type"
  | "graph"
  | "stream"
  | "output"
  | "autoedge";

/** One thing that is wrong with a program, in the user's terms. */
export interface Diagnostic {
  readonly phase: Phase;
  /** Stable, machine-readable name of the kind of mistake, such as `type-mismatch`. */
  readonly code: string;
  /** One line: what is wrong. */
  readonly message: string;
  /** The construct that is wrong, by which the mistake is placed; absent only where no piece of text is to blame. */
  readonly span?: Span;
  /** What exactly is to blame, in or beside {@link span}, where that says more: what a reader is pointed to. */
  readonly focus?: Span;
  /** Further lines: where else to look, what was found there. */
  readonly notes: readonly string[];
  /** What to do about it, if we know. */
  readonly help?: string;
}

/**
 * Thrown by a phase that cannot go on; carries everything it found. The first is the error that the program has by the
 * language specification.
 */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((each) => each.message).join("; "));
  }
}

/** The diagnostics of one source, sorted by where they begin. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

/** What {@link diagnostic} adds to message and place. */
export interface Details {
  readonly notes?: readonly string[];
  readonly help?: string | undefined;
  readonly focus?: Span | undefined;
}

/** Shorthand for the phase that found exactly one mistake and stops. */
export function fail(phase: Phase, code: string, message: string, span?: Span, more: Details = {}): never {
  throw new DiagnosticError([diagnostic(phase, code, message, span, more)]);
}

/** Builds a {@link Diagnostic}, leaving out what is not known. */
export function diagnostic(
  phase: Phase,
  code: string,
  message: string,
  span?: Span,
  more: Details = {},
): Diagnostic {
  return {
    phase,
    code,
    message,
    notes: more.notes ?? [],
    ...(span === undefined ? {} : { span }),
    ...(more.focus === undefined ? {} : { focus: more.focus }),
    ...(more.help === undefined ? {} : { help: more.help }),
  };
}
