import { coreCatalogue, coreFunctions } from "../../lang/core/index.ts";
import { nearest } from "../../lang/suggest.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { functionName, functionPage, kindPage, metaPage, signature } from "./reference.ts";

export const docs = defineCommand({
  name: "docs",
  summary: "Shows the reference: a resource kind, a function, a module, or `meta`.",
  usage: "mgmt docs [KIND|FUNCTION|TOPIC]",
  options: {},
  examples: "Examples:\n  mgmt docs file\n  mgmt docs strings.split\n  mgmt docs meta",
  async run(args) {
    const { words } = readArguments("mgmt docs", args, {});
    const [topic, ...surplus] = words;
    if (surplus.length > 0)
      throw new UsageError(`mgmt docs: one topic at a time: \`${surplus.join(" ")}\` is too much`);
    console.log((await page(topic)).trimEnd());
    return 0;
  },
});

async function page(topic: string | undefined): Promise<string> {
  const kinds = new Catalogue();
  if (topic === undefined) return overview(kinds.names);
  if (topic === "meta") return metaPage();
  const pages: string[] = [];
  if (kinds.names.includes(topic)) {
    await kinds.load([topic]);
    const kind = kinds.get(topic);
    if (kind !== undefined) pages.push(kindPage(kind));
  }
  pages.push(...coreFunctions.filter((each) => functionName(each) === topic).map(functionPage));
  if (pages.length === 0 && coreCatalogue.modules.has(topic)) pages.push(modulePage(topic));
  if (pages.length > 0) return pages.join("\n");
  const known = [...kinds.names, ...coreFunctions.map(functionName), ...coreCatalogue.modules, "meta"];
  const meant = nearest(topic, known);
  throw new UsageError(
    `mgmt docs: there is nothing about \`${topic}\`; ${meant === undefined ? "mgmt docs lists what there is" : `did you mean ${meant}?`}`,
  );
}

function overview(kinds: readonly string[]): string {
  return [
    "# Reference",
    `Resource kinds: ${kinds.join(", ")}`,
    `Functions that need no import: ${functionsOf("").map(functionName).join(", ")}`,
    `Modules: ${[...coreCatalogue.modules].sort().join(", ")}`,
    "Metaparameters: meta",
    "mgmt docs NAME shows one of them.",
  ].join("\n\n");
}

function modulePage(module: string): string {
  const list = functionsOf(module).map((each) => `- \`${signature(each)}\`: ${each.summary}`);
  return `# ${module}\n\n${list.join("\n")}\n`;
}

function functionsOf(module: string) {
  return coreFunctions.filter((each) => each.module === module).sort((a, b) => (a.name < b.name ? -1 : 1));
}
