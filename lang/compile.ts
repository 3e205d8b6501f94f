/** The compiler as one call: from where a program lies to a program that can run. */
import { coreCatalogue } from "./core/index.ts";
import type { KindCatalogue } from "./kinds.ts";
import type { Input } from "./modules/input.ts";
import { load } from "./modules/load.ts";
import type { LoadedProgram } from "./modules/loaded-program.ts";
import { mentionedKinds } from "./modules/mentioned-kinds.ts";
import type { ModuleFiles } from "./modules/module-files.ts";
import type { ScopeObserver } from "./scope/observer.ts";
import { resolve } from "./scope/resolve.ts";
import type { ScopedProgram } from "./scope/scoped.ts";
import { infer, type TypeObserver } from "./types/infer.ts";
import type { TypedProgram } from "./types/typed.ts";
import { withinStack } from "./within-stack.ts";

/** Told what each phase finds out, as far as a program gets. */
export interface CompileObserver extends ScopeObserver, TypeObserver {
  loaded(program: LoadedProgram): void;
}

/**
 * Parses, loads modules, resolves names and infers types.
 * @throws DiagnosticError from the first phase that finds anything wrong
 */
export async function compile(
  input: Input,
  files: ModuleFiles,
  kinds: KindCatalogue,
  observer?: CompileObserver,
): Promise<TypedProgram> {
  const scoped = await loadAndResolve(input, files, kinds, observer);
  return withinStack("type", () => infer(scoped, kinds, observer));
}

/** The part of {@link compile} that needs the files: loads modules and resolves names. Errors as there. */
export async function loadAndResolve(
  input: Input,
  files: ModuleFiles,
  kinds: KindCatalogue,
  observer?: CompileObserver,
): Promise<ScopedProgram> {
  const loaded = await load(input, files, coreCatalogue);
  observer?.loaded(loaded);
  await kinds.load(mentionedKinds(loaded));
  return withinStack("scope", () => resolve(loaded, coreCatalogue, kinds, observer));
}
