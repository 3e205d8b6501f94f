import { compile } from "../../lang/compile.ts";
import { type Diagnostic, DiagnosticError } from "../../lang/diagnostic.ts";
import { frontends, type ProgramInput } from "../agent/input.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { formatOption } from "./format.ts";
import { moduleOptions, moduleVariables, readModuleOptions } from "./module-options.ts";
import { print } from "./print.ts";
import { readProgram } from "./read-program.ts";
import { printFailureJson, showDiagnostics } from "./show-diagnostics.ts";

const options = { format: formatOption("text", "json"), ...moduleOptions } as const;

export const check = defineCommand({
  summary:
    "Parses, resolves and types programs, and runs nothing. Exit status 0: sound, 1: something is wrong.",
  usage: "mgmt check [OPTIONS] INPUT...\n       mgmt check [OPTIONS] lang CODE",
  options,
  examples: "Examples:\n  mgmt check site.mcl\n  mgmt check lang 'noop \"x\" {}\n'",
  async run(args) {
    const given = readArguments("mgmt check", args, options, {
      variables: moduleVariables,
      environment: process.env,
    });
    const format = given.choice("format", options.format.formats);
    if (given.words.length === 0) throw new UsageError("mgmt check: name at least one INPUT");
    const modules = readModuleOptions("mgmt check", given);
    const [first = ""] = given.words;
    const inputs = frontends.includes(first) ? [given.words] : given.words.map((word) => [word]);
    const found: Diagnostic[] = [];
    const kinds = new Catalogue();
    for (const words of inputs) {
      let directory = "";
      try {
        const program = await readProgram("mgmt check", words, modules);
        if (program.frontend === "lang") directory = program.directory;
        await checkProgram(program, kinds);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        showDiagnostics(error.diagnostics, directory);
        found.push(...error.diagnostics);
      }
    }
    if (format === "json") {
      if (found.length > 0) await printFailureJson(found);
      else await print(JSON.stringify({ diagnostics: [] }));
    }
    return found.length === 0 ? 0 : 1;
  },
});

/** @throws DiagnosticError */
async function checkProgram(program: ProgramInput, kinds: Catalogue): Promise<void> {
  // What runs programs need not be loaded to check one.
  if (program.frontend === "lang") return void (await compile(program.input, program.files, kinds));
  const { prepareProgram } = await import("../agent/program.ts");
  await prepareProgram(program, kinds);
}
