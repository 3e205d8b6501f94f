/**
 * Writes `docs/reference/` from the declarations of kinds, functions and metaparameters. Run by `bun run docs`; a test
 * asserts that what is there is what this would write.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  constantsPage,
  indexPage,
  kindPage,
  metaPage,
  moduleName,
  moduleNames,
  modulePage,
  operatorsPage,
  type Topic,
} from "../src/cli/reference.ts";
import { Catalogue } from "../src/resources/catalogue.ts";

const directory = join(import.meta.dir, "reference");

/** All pages of the reference, by path below `docs/reference/`. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const kinds = new Catalogue();
  await kinds.load(kinds.names);
  const pages = new Map<string, string>();
  pages.set(
    "README.md",
    indexPage(kinds, (name, topic) => `[${name}](${pathOf(topic)})`),
  );
  for (const name of kinds.names) {
    const kind = kinds.get(name);
    if (kind !== undefined) pages.set(pathOf({ kind: "kind", name }), kindPage(kind));
  }
  for (const name of moduleNames()) pages.set(pathOf({ kind: "module", name }), modulePage(name));
  pages.set(pathOf({ kind: "operators" }), operatorsPage());
  pages.set(pathOf({ kind: "metaparameters" }), metaPage());
  pages.set(pathOf({ kind: "constants" }), constantsPage(kinds));
  return pages;
}

function pathOf(topic: Topic): string {
  switch (topic.kind) {
    case "kind":
      return `kinds/${fileName(topic.name)}.md`;
    case "module":
      return `functions/${fileName(moduleName(topic.name))}.md`;
    default:
      return `${topic.kind}.md`;
  }
}

/** Neither the `:` of a kind nor the `/` of a module is for a flat list of files. */
function fileName(name: string): string {
  return name.replaceAll(/[:/]/g, "-");
}

if (import.meta.main) {
  await rm(directory, { recursive: true, force: true });
  const pages = await referencePages();
  for (const [path, text] of pages) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  console.log(`docs/reference, ${pages.size} pages`);
}
