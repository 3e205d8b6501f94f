/**
 * What docs/architecture.md tells people to write are the files of this folder, under other paths; and it does what is
 * promised, from the text of a program to its resources.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { coreCatalogue } from "../../../lang/core/index.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { KindCatalogue } from "../../../lang/kinds.ts";
import { load } from "../../../lang/modules/load.ts";
import type { FunctionCatalogue } from "../../../lang/scope/catalogue.ts";
import { resolve } from "../../../lang/scope/resolve.ts";
import { infer } from "../../../lang/types/infer.ts";
import { print } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import { blocksOf, fileNameOf, root } from "../support/document.ts";
import { greeting } from "./greeting.ts";
import * as text from "./text.ts";

const document = "docs/architecture.md";
const shown = new Map(
  blocksOf(document).flatMap((block) => {
    const path = fileNameOf(block);
    return block.language === "ts" && path !== undefined
      ? [[path, block.text.replace(/^.*\n/, "")] as const]
      : [];
  }),
);

describe(document, () => {
  const here: Readonly<Record<string, string>> = {
    "src/resources/greeting.ts": "greeting.ts",
    "test/resources/greeting.test.ts": "greeting.test.ts",
    "lang/core/text.ts": "text.ts",
  };

  test.each(Object.entries(here))("%s is shown as it is", (path, file) => {
    const folder = relative(root, import.meta.dir);
    const told = withPathsFromRoot(shown.get(path) ?? "", path);
    let code = withPathsFromRoot(readFileSync(join(import.meta.dir, file), "utf8"), join(folder, file));
    for (const [elsewhere, name] of Object.entries(here))
      code = code.replaceAll(`"${join(folder, name)}"`, `"${elsewhere}"`);
    expect(sortedImports(told)).toBe(sortedImports(code));
  });
});

function withPathsFromRoot(code: string, path: string): string {
  return code.replaceAll(/from "(\..*)"/g, (_, target: string) => `from "${join(dirname(path), target)}"`);
}

/** Their order depends on their paths. */
function sortedImports(code: string): string {
  const lines = code.split("\n");
  const isImport = (line: string): boolean => line.startsWith("import ");
  return [...lines.filter(isImport).sort(), ...lines.filter((line) => !isImport(line))].join("\n");
}

test("the new kind can be used in programs", async () => {
  const { resources } = await firstGraph(greeting.example);
  expect(resources.map(({ kind, name }) => `${kind}[${name}]`)).toEqual([
    "greeting[/tmp/mgmt-example-greeting]",
  ]);
});

const examples = Object.values(text).flatMap(({ examples }) => Object.entries(examples));

test.each(examples)("%s is %s", async (expression, expected) => {
  const { resources } = await firstGraph(`import "text"\ntest "x" { interface => ${expression}, }\n`);
  expect(print(resources[0]?.fields.get("interface") ?? "nothing")).toBe(expected ?? "");
});

/** As the compiler does it, with the new kind and the new functions among the others. */
async function firstGraph(code: string) {
  const known = new Catalogue();
  const kinds: KindCatalogue = {
    names: [...known.names, greeting.kind],
    load: (names) => known.load(names),
    get: (name) => (name === greeting.kind ? greeting : known.get(name)),
    constant: (...path) => known.constant(...path),
  };
  const functions: FunctionCatalogue = {
    ...coreCatalogue,
    modules: new Set([...coreCatalogue.modules, "text"]),
    get: (module, name) =>
      Object.values(text).find((each) => each.module === module && each.name === name) ??
      coreCatalogue.get(module, name),
  };
  await kinds.load(["test"]);
  const loaded = await load(
    { kind: "code", code, path: "main.mcl" },
    { read: async () => undefined },
    functions,
  );
  const program = infer(resolve(loaded, functions, kinds), kinds);
  const ending = new AbortController();
  try {
    const host = createHost({ hostname: "h1", log: () => {}, signal: ending.signal });
    const report = await evaluate(program, { host, kinds, signal: ending.signal }).next();
    if (report?.kind !== "graph") throw new Error(`no graph: ${JSON.stringify(report?.diagnostics)}`);
    return report.graph;
  } finally {
    ending.abort();
  }
}
