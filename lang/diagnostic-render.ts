/** Diagnostics as people and as programs read them (CLI.md section 3). */
import type { Diagnostic, Position, Span } from "./diagnostic.ts";

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
  const message = visible(diagnostic.message);
  const lines = [inLog ? `${message} [${code}]` : `${paint.error(`error[${code}]`)}: ${message}`];
  const gutter = diagnostic.span === undefined ? "" : " ".repeat(gutterWidth(diagnostic.span));
  if (diagnostic.span !== undefined) lines.push(...renderExcerpt(diagnostic.span, paint, directory));
  for (const note of diagnostic.notes) lines.push(`${gutter} ${paint.frame("=")} note: ${visible(note)}`);
  if (diagnostic.help !== undefined)
    lines.push(`${gutter} ${paint.frame("=")} ${paint.help("help")}: ${diagnostic.help}`);
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
  const start = span.source.position(span.start);
  const last = lastPosition(span);
  const width = gutterWidth(span);
  const margin = (line: number | undefined): string =>
    paint.frame(`${line === undefined ? " ".repeat(width) : String(line).padStart(width)} |`);
  const first = span.source.line(start.line);
  const path = span.source.path.startsWith("/") ? span.source.path : directory + span.source.path;
  const lines = [
    `${" ".repeat(width)}${paint.frame("-->")} ${path}:${start.line}:${start.column}`,
    margin(undefined),
  ];
  lines.push(`${margin(start.line)} ${visible(first)}`);
  if (start.line === last.line) {
    const carets = "^".repeat(Math.max(1, last.column - start.column + 1));
    lines.push(`${margin(undefined)} ${indent(first, start.column)}${paint.error(carets)}`);
    return lines;
  }
  lines.push(`${margin(undefined)} ${indent(first, start.column)}${paint.error("^ from here ...")}`);
  const end = span.source.line(last.line);
  lines.push(
    `${margin(last.line)} ${visible(end)}`,
    `${margin(undefined)} ${indent(end, last.column)}${paint.error("^ ... to here")}`,
  );
  return lines;
}

/** White space as wide as what stands before the 1-based column: tabs stay tabs. */
function indent(line: string, column: number): string {
  return [...line]
    .slice(0, column - 1)
    .map((character) => (character === "\t" ? "\t" : " "))
    .join("");
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
  readonly notes: readonly string[];
  readonly help?: string;
}

export function diagnosticData(diagnostic: Diagnostic): DiagnosticData {
  const { phase, code, message, span, notes, help } = diagnostic;
  return {
    phase,
    code,
    message,
    file: span?.source.path ?? null,
    start: span?.source.position(span.start) ?? null,
    end: span?.source.position(span.end) ?? null,
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
