/** Diagnostics as people and as programs read them (CLI.md section 3). */
import type { Diagnostic, Position, Source, Span } from "./diagnostic.ts";

/** How the parts of a rendered diagnostic are made to stand out; plain text by default. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly frame: (text: string) => string;
  readonly help: (text: string) => string;
}

const plain: Paint = { error: (text) => text, frame: (text) => text, help: (text) => text };

/**
 * The message, the place, the line of code with carets under the culprit, notes and help:
 *
 * ```text
 * error[type-mismatch]: expected str, got int
 *  --> main.mcl:2:13
 *   |
 * 2 |     content => 42,
 *   |                ^^
 *   = help: …
 * ```
 *
 * @param options.directory put before relative paths, which lead on from it; empty or ending in `/`
 * @param options.inLog the line it begins says already that it is an error
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  {
    paint = plain,
    directory = "",
    inLog = false,
  }: { paint?: Paint | undefined; directory?: string; inLog?: boolean } = {},
): string {
  const { code } = diagnostic;
  const message = visible(clip(diagnostic.message));
  const lines = [inLog ? `${message} [${code}]` : `${paint.error(`error[${code}]`)}: ${message}`];
  const culprit = diagnostic.focus ?? diagnostic.span;
  const gutter = culprit === undefined ? "" : " ".repeat(gutterWidth(culprit));
  if (culprit !== undefined) lines.push(...renderExcerpt(culprit, paint, directory));
  for (const note of diagnostic.notes)
    lines.push(`${gutter} ${paint.frame("=")} note: ${visible(clip(note))}`);
  if (diagnostic.help !== undefined)
    lines.push(`${gutter} ${paint.frame("=")} ${paint.help("help")}: ${visible(clip(diagnostic.help))}`);
  return lines.join("\n");
}

function gutterWidth(span: Span): number {
  return String(lastPosition(span).line).length;
}

/** The position of the last character, so that a span that ends with a newline does not reach into the next line. */
function lastPosition(span: Span): Position {
  return span.source.position(Math.max(span.start, span.end - 1));
}

function renderExcerpt(span: Span, paint: Paint, directory: string): readonly string[] {
  const { source } = span;
  const start = source.position(span.start);
  const last = lastPosition(span);
  const width = gutterWidth(span);
  const margin = (line: number | undefined): string =>
    paint.frame(`${line === undefined ? " ".repeat(width) : String(line).padStart(width)} |`);
  const show = (line: number, from: number, mark: string): readonly string[] => {
    const { before, after } = excerpt(source, line, from);
    return [
      `${margin(line)} ${visible(before + after)}`,
      `${margin(undefined)} ${blank(before)}${paint.error(mark)}`,
    ];
  };
  const path = source.path.startsWith("/") ? source.path : directory + source.path;
  const lines = [
    `${" ".repeat(width)}${paint.frame("-->")} ${path}:${start.line}:${start.column}`,
    margin(undefined),
  ];
  if (start.line === last.line) {
    const carets = Math.max(1, Math.min(last.column - start.column + 1, shownAfter));
    return [...lines, ...show(start.line, span.start, "^".repeat(carets))];
  }
  return [
    ...lines,
    ...show(start.line, span.start, "^ from here ..."),
    ...show(last.line, span.end - 1, "^ ... to here"),
  ];
}

/** How much of a line, and of a message, is shown at most: a megabyte on one line is of no use to anyone. */
const shownBefore = 80;
const shownAfter = 160;
const longestMessage = 2000;

function clip(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}

/** What is shown of a 1-based line before and after an offset in it. */
function excerpt(
  source: Source,
  line: number,
  at: number,
): { readonly before: string; readonly after: string } {
  const start = source.lineStart(line);
  const end = source.lineEnd(line);
  if (end - start <= shownBefore + shownAfter) {
    return { before: source.text.slice(start, at), after: source.text.slice(at, end) };
  }
  const from = Math.max(start, at - shownBefore);
  const to = Math.min(end, at + shownAfter);
  return {
    before: (from > start ? "…" : "") + source.text.slice(from, at).toWellFormed(),
    after: source.text.slice(at, to).toWellFormed() + (to < end ? "…" : ""),
  };
}

/** White space as wide as a text: tabs stay tabs. */
function blank(text: string): string {
  return [...text].map((character) => (character === "\t" ? "\t" : " ")).join("");
}

/** Control characters as their pictures, each as wide as any other: a program must not steer the terminal it is shown on. */
function visible(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, (control) =>
    control === "\x7f" ? "\u2421" : String.fromCodePoint(0x2400 + control.charCodeAt(0)),
  );
}

/** One diagnostic as JSON-ready data. */
export interface DiagnosticData {
  readonly phase: string;
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly start: Position | null;
  readonly end: Position | null;
  /** Present where only a part of the place, or something beside it, is to blame. */
  readonly focus?: { readonly start: Position; readonly end: Position };
  readonly notes: readonly string[];
  readonly help?: string;
}

export function diagnosticData(diagnostic: Diagnostic): DiagnosticData {
  const { phase, code, message, span, focus, notes, help } = diagnostic;
  return {
    phase,
    code,
    message,
    file: span?.source.path ?? null,
    start: span?.source.position(span.start) ?? null,
    end: span?.source.position(span.end) ?? null,
    ...(focus === undefined
      ? {}
      : { focus: { start: focus.source.position(focus.start), end: focus.source.position(focus.end) } }),
    notes,
    ...(help === undefined ? {} : { help }),
  };
}

/** The failure object of `check` and `graph` with `--format json`. */
export function failureData(diagnostics: readonly Diagnostic[]): {
  readonly error: DiagnosticData | null;
  readonly diagnostics: readonly DiagnosticData[];
} {
  const all = diagnostics.map(diagnosticData);
  return { error: all[0] ?? null, diagnostics: all };
}
