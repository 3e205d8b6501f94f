/** The interpolate phase: strings are read, classes are nested (language specification, sections 3 and 5.7). */
import { type Diagnostic, DiagnosticError, diagnostic, inSourceOrder } from "../diagnostic.ts";
import type { Program, StringExpression } from "./ast.ts";
import { nestClasses } from "./nest-classes.ts";
import { readTemplate, type Template, TemplateError } from "./template.ts";
import { walk } from "./walk.ts";

/** A program after the phase. */
export interface InterpolatedProgram {
  /** The program with its colon classes nested. */
  readonly program: Program;
  /** What each string literal in it says. */
  readonly strings: ReadonlyMap<StringExpression, Template>;
}

/** @throws DiagnosticError with everything that is wrong, in source order */
export function interpolate(parsed: Program): InterpolatedProgram {
  const diagnostics: Diagnostic[] = [];
  const strings = new Map<StringExpression, Template>();
  walk(parsed, {
    expression(expression) {
      if (expression.kind !== "string") return;
      try {
        strings.set(expression, readTemplate(expression.raw));
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const { code, message, help } = error;
        const { span } = expression;
        const raw = span.start + '"'.length;
        const focus = { ...span, start: raw + error.start, end: raw + error.end };
        diagnostics.push(diagnostic("interpolate", code, message, span, { help, focus }));
      }
    },
  });
  const program = nestClasses(parsed, diagnostics);
  if (diagnostics.length > 0) throw new DiagnosticError(inSourceOrder(diagnostics));
  return { program, strings };
}
