/** The compiler as one call: from where a program lies to a program that can run. */
import { coreCatalogue } from "./core/index.ts";
import type { KindCatalogue } from "./kinds.ts";
import type { Input } from "./modules/input.ts";
import { load } from "./modules/load.ts";
import { mentionedKinds } from "./modules/mentioned-kinds.ts";
import type { ModuleFiles } from "./modules/module-files.ts";
import { resolve } from "./scope/resolve.ts";
import { infer } from "./types/infer.ts";
import type { TypedProgram } from "./types/typed.ts";

/**
 * Parses, loads modules, resolves names and infers types.
 * @throws DiagnosticError from the first phase that finds anything wrong
 */
export async function compile(input: Input, files: ModuleFiles, kinds: KindCatalogue): Promise<TypedProgram> {
  const loaded = await load(input, files, coreCatalogue);
  await kinds.load(mentionedKinds(loaded));
  return infer(resolve(loaded, coreCatalogue, kinds), kinds);
}
