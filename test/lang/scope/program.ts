import { coreCatalogue } from "../../../lang/core/index.ts";
import { type Diagnostic, DiagnosticError, place } from "../../../lang/diagnostic.ts";
import type { KindCatalogue } from "../../../lang/kinds.ts";
import { load } from "../../../lang/modules/load.ts";
import type { FunctionCatalogue } from "../../../lang/scope/catalogue.ts";
import { resolve } from "../../../lang/scope/resolve.ts";
import type { ScopedProgram } from "../../../lang/scope/scoped.ts";
import { filesOf } from "../modules/files.ts";

/** `main.mcl`, or all files by path. */
export type Text = string | Readonly<Record<string, string>>;

export const kinds: KindCatalogue = {
  names: ["file", "test"],
  load: async () => {},
  get: () => undefined,
  constant: (kind, param, name) =>
    kind === "file" && param === "state" && name === "exists" ? "exists" : undefined,
};

/** Takes a program through all phases up to `scope`. */
export async function resolveText(
  text: Text,
  functions: FunctionCatalogue = coreCatalogue,
): Promise<ScopedProgram> {
  const files = filesOf(typeof text === "string" ? { "main.mcl": text } : text);
  const loaded = await load({ kind: "file", path: "main.mcl" }, files, functions);
  return resolve(loaded, functions, kinds);
}

/** What is wrong with a program; empty if nothing is. */
export async function diagnosticsOf(
  text: Text,
  functions: FunctionCatalogue = coreCatalogue,
): Promise<readonly Diagnostic[]> {
  try {
    await resolveText(text, functions);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** Each mistake as `phase code place`, the place without `main.mcl`. */
export async function problemsOf(text: Text): Promise<readonly string[]> {
  return (await diagnosticsOf(text)).map((each) => {
    const where = each.span === undefined ? "nowhere" : place(each.span).replace(/^main\.mcl:/, "");
    return `${each.phase} ${each.code} ${where}`;
  });
}
