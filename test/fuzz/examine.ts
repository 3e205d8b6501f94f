/** What must hold of every text, program or not. */
import { type Diagnostic, DiagnosticError } from "../../lang/diagnostic.ts";
import { formatText } from "../lang/format/support.ts";
import { firstGraph } from "../lang/programs.ts";
import { sealed } from "./sealed-host.ts";

/** How long a program may wait for something to happen, in milliseconds, before it is left. */
const patience = 500;

/** @returns what is wrong, or undefined if the text comes to diagnostics or to a graph, and can be formatted */
export async function examine(text: string): Promise<string | undefined> {
  return examineFormat(text) ?? (await examineOutcome(text));
}

function examineFormat(text: string): string | undefined {
  try {
    const once = formatText(text);
    return formatText(once) === once ? undefined : "what is formatted formats differently again";
  } catch (error) {
    return error instanceof DiagnosticError ? examineDiagnostics(error.diagnostics) : thrown(error);
  }
}

async function examineOutcome(text: string): Promise<string | undefined> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const outcome = await firstGraph(text, {}, { host: sealed, signal: stop.signal });
    return outcome.kind === "error" ? examineDiagnostics(outcome.diagnostics) : undefined;
  } catch (error) {
    return stop.signal.aborted ? undefined : thrown(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The words of exceptions that nobody meant to show. */
const exceptional =
  /\b(?:Range|Type|Reference|Syntax)Error\b|Maximum call stack|panic in process|is not a function|is not an object|is not iterable|Out of memory|Invalid string length|\[object |\bat .*\.ts:\d/;

function examineDiagnostics(diagnostics: readonly Diagnostic[]): string | undefined {
  if (diagnostics.length === 0) return "refused without a diagnostic";
  for (const { message, notes } of diagnostics) {
    const words = [message, ...notes].find((each) => each === "" || exceptional.test(each));
    if (words !== undefined) return `the words of an exception: ${words}`;
  }
  return undefined;
}

function thrown(error: unknown): string {
  return error instanceof Error ? `thrown: ${error.stack ?? error.message}` : `thrown: ${String(error)}`;
}
