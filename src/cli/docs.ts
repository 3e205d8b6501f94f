import { coreCatalogue, coreFunctions } from "../../lang/core/index.ts";
import { binaryOperators } from "../../lang/core/operators.ts";
import { nearest } from "../../lang/suggest.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { print } from "./print.ts";
import {
  constantsPage,
  functionName,
  functionPage,
  indexPage,
  kindPage,
  mclPages,
  metaPage,
  moduleName,
  modulePage,
  operatorsPage,
} from "./reference.ts";

/** Topics that are neither kinds nor functions nor modules. */
const topics: Readonly<Record<string, (kinds: Catalogue) => string>> = {
  operators: operatorsPage,
  meta: metaPage,
  metaparameters: metaPage,
  constants: constantsPage,
};
const operators: ReadonlySet<string> = new Set([...Object.keys(binaryOperators), "not", "->", "[]", "<|>"]);

export const docs = defineCommand({
  summary:
    "Shows the reference: a resource kind, a function, a module, operators, meta or constants; without a topic, what there is.",
  usage: "mgmt docs [KIND|FUNCTION|TOPIC]",
  options: {},
  examples: "Examples:\n  mgmt docs file\n  mgmt docs strings.split\n  mgmt docs meta",
  async run(args) {
    const { words } = readArguments("mgmt docs", args, {});
    const [topic, ...surplus] = words;
    if (surplus.length > 0)
      throw new UsageError(`mgmt docs: one topic at a time: \`${surplus.join(" ")}\` is too much`);
    const kinds = new Catalogue();
    await kinds.load(kinds.names);
    await print(topic === undefined ? overview(kinds) : pagesAbout(topic, kinds));
    return 0;
  },
});

function overview(kinds: Catalogue): string {
  return `${indexPage(kinds, (name) => name)}\n\`mgmt docs NAME\` shows one of them.`;
}

/** A name may be that of a kind and of a module, such as `value`; then both are shown. */
function pagesAbout(topic: string, kinds: Catalogue): string {
  const kind = kinds.get(topic);
  const about = operators.has(topic) ? "operators" : topic;
  const special = Object.hasOwn(topics, about) ? topics[about] : undefined;
  const modules = ["", ...coreCatalogue.modules].filter((module) => moduleName(module) === topic);
  const pages = [
    ...(special === undefined ? [] : [special(kinds)]),
    ...(kind === undefined ? [] : [kindPage(kind)]),
    ...coreFunctions()
      .filter((each) => functionName(each) === topic)
      .map(functionPage),
    ...mclPages(topic.replace(/^\$/, "")),
    ...modules.map(modulePage),
  ];
  const shown = pages.length > 0 ? pages : functionsCalled(topic);
  if (shown.length > 0) return shown.join("\n").trimEnd();
  const meant = nearest(topic, [
    ...kinds.names,
    ...coreFunctions().map(functionName),
    ...coreCatalogue.modules,
    ...Object.keys(topics),
    ...coreFunctions().map(({ name }) => name),
  ]);
  const help = meant === undefined ? "mgmt docs lists what there is" : `did you mean ${meant}?`;
  throw new UsageError(`mgmt docs: there is nothing about \`${topic}\`; ${help}`);
}

/** The functions of any module that have the name. */
function functionsCalled(name: string): readonly string[] {
  return coreFunctions()
    .filter((each) => each.name === name)
    .map(functionPage);
}
