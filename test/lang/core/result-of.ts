/** Evaluates an expression of mcl, from text to value, on this machine. */
import { compile } from "../../../lang/compile.ts";
import { DiagnosticError } from "../../../lang/diagnostic.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Host } from "../../../lang/host.ts";
import type { TypedProgram } from "../../../lang/types/typed.ts";
import { print } from "../../../lang/value.ts";
import { kinds } from "../types/support.ts";

/**
 * A program that has the value of the expression where anything may stand.
 * @throws DiagnosticError
 */
export function programOf(expression: string, modules: readonly string[]): Promise<TypedProgram> {
  const imports = modules.map((module) => `import "${module}"\n`).join("");
  const code = `${imports}test "example" { interface => ${expression}, }\n`;
  return compile({ kind: "code", path: "main.mcl", code }, { read: async () => undefined }, kinds);
}

/** The first value, printed; or all that is wrong, each as `PHASE: MESSAGE`. */
export async function resultOf(expression: string, modules: readonly string[], host: Host): Promise<string> {
  const done = new AbortController();
  try {
    const program = await programOf(expression, modules);
    for await (const report of evaluate(program, { host, kinds, signal: done.signal })) {
      if (report.kind !== "graph") throw new DiagnosticError(report.diagnostics);
      const value = report.graph.resources[0]?.fields.get("interface");
      if (value !== undefined) return print(value);
    }
    return "the program ended without a value";
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ phase, message }) => `${phase}: ${message}`).join("; ");
  } finally {
    done.abort();
  }
}
