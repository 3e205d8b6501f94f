import { InputError, type ModuleOptions, type ProgramInput, readInput } from "../agent/input.ts";
import { UsageError } from "./arguments.ts";

/**
 * The program that the words of a command line name.
 * @param command for messages: `mgmt check`
 * @throws UsageError; DiagnosticError if there is no program where it should be
 */
export async function readProgram(
  command: string,
  words: readonly string[],
  modules: ModuleOptions,
): Promise<ProgramInput> {
  try {
    return await readInput(words, modules);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${command}: ${error.message}`, { cause: error });
  }
}
