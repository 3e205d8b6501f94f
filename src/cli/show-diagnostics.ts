/** Prints what is wrong with a program: for people on standard error, for programs on standard output. */
import { colors } from "consola/utils";
import type { Diagnostic } from "../../lang/diagnostic.ts";
import { failureData, renderDiagnostic } from "../../lang/diagnostic-render.ts";
import { print } from "./print.ts";

/**
 * @param directory put before the paths of the program's files, so that people find them from where they are
 */
export function showDiagnostics(diagnostics: readonly Diagnostic[], directory: string): void {
  const paint = process.stderr.isTTY
    ? { error: colors.red, frame: colors.blue, help: colors.cyan }
    : undefined;
  for (const each of diagnostics) process.stderr.write(`${renderDiagnostic(each, { directory, paint })}\n\n`);
}

export async function printFailureJson(diagnostics: readonly Diagnostic[]): Promise<void> {
  await print(JSON.stringify(failureData(diagnostics)));
}
