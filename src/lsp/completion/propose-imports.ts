import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CompletionItemKind } from "vscode-languageserver";
import { coreCatalogue } from "../../../lang/core/index.ts";
import type { Proposal } from "./proposal.ts";

/**
 * What can be imported: core modules, and files and directories beside the importer.
 * @param written what is there of the path
 */
export async function proposeImports(written: string, importer: string): Promise<readonly Proposal[]> {
  const core = [...coreCatalogue.modules].map(
    (text): Proposal => ({ text, kind: CompletionItemKind.Module, detail: "core module" }),
  );
  return importer.startsWith("/") ? [...core, ...(await beside(written, importer))] : core;
}

async function beside(written: string, importer: string): Promise<readonly Proposal[]> {
  const directory = written.slice(0, written.lastIndexOf("/") + 1);
  if (directory.startsWith("/")) return [];
  try {
    const entries = await readdir(join(dirname(importer), directory), { withFileTypes: true });
    return entries.flatMap((entry): Proposal[] => {
      const { name } = entry;
      if (name.startsWith(".") || name === basename(importer)) return [];
      if (entry.isDirectory()) return [{ text: `${directory}${name}/`, kind: CompletionItemKind.Folder }];
      if (name.endsWith(".mcl")) return [{ text: directory + name, kind: CompletionItemKind.File }];
      return [];
    });
  } catch {
    return [];
  }
}
