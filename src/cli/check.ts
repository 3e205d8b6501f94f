import { compile } from "../../lang/compile.ts";
import { type Diagnostic, DiagnosticError } from "../../lang/diagnostic.ts";
import { readInput } from "../agent/input.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { formatOption, readFormat } from "./format.ts";
import { printFailureJson, showDiagnostics } from "./show-diagnostics.ts";

const options = { format: formatOption("text", "json") } as const;

export const check = defineCommand({
  name: "check",
  summary:
    "Parses, resolves and types programs, and runs nothing. Exit status 0: sound, 1: something is wrong.",
  usage: "mgmt check [OPTIONS] INPUT...\n       mgmt check [OPTIONS] lang CODE",
  options,
  examples: "Examples:\n  mgmt check site.mcl\n  mgmt check lang 'noop \"x\" {}\n'",
  async run(args) {
    const given = readArguments("mgmt check", args, options);
    const format = readFormat("mgmt check", given, options.format);
    if (given.words.length === 0) throw new UsageError("mgmt check: name at least one INPUT");
    const [first] = given.words;
    const inputs = first === "lang" || first === "empty" ? [given.words] : given.words.map((word) => [word]);
    const found: Diagnostic[] = [];
    const kinds = new Catalogue();
    for (const words of inputs) {
      const program = await readInput(words);
      if (program.frontend === "empty") continue;
      try {
        await compile(program.input, program.files, kinds);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        showDiagnostics(error.diagnostics, program.directory);
        found.push(...error.diagnostics);
      }
    }
    if (format === "json") {
      if (found.length > 0) printFailureJson(found);
      else console.log(JSON.stringify({ diagnostics: [] }));
    }
    return found.length === 0 ? 0 : 1;
  },
});
