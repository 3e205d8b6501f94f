/** Reference pages in Markdown, made from the declarations of kinds, functions and metaparameters. */
import type { CoreFunction } from "../../lang/core/define.ts";
import { coreCatalogue, coreFunctions } from "../../lang/core/index.ts";
import {
  binaryOperators,
  lookup,
  notOperator,
  structField,
  structFieldOr,
} from "../../lang/core/operators.ts";
import { printSignatures } from "../../lang/core/signature.ts";
import { type MetaName, metaNames, metaParameters } from "../../lang/meta.ts";
import { namespaces } from "../../lang/scope/namespace.ts";
import { reservedWords } from "../../lang/syntax/token.ts";
import { printType } from "../../lang/types/type.ts";
import { print } from "../../lang/value.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { Kind } from "../resources/define.ts";
import { mclDefinitions } from "./mcl-definitions.ts";

/** One resource kind: parameters, what it sends and receives, an example. */
export function kindPage(kind: Kind): string {
  const sections = [`# ${kind.kind}`];
  if (!kind.isBuilt) sections.push(unbuilt);
  sections.push(kind.summary);
  if (kind.notes !== undefined) sections.push(kind.notes);
  if (kind.parameters.length > 0)
    sections.push("## Parameters", list(kind.parameters.map(describeParameter)));
  const unspeakable = kind.parameters.filter(({ name }) => reservedWords.has(name));
  if (unspeakable.length > 0) {
    const names = unspeakable.map(({ name }) => code(name)).join(", ");
    sections.push(`Programs cannot set ${names}: reserved words of the language are no names.`);
  }
  const constants = kindConstants(kind);
  if (constants.length > 0) sections.push("## Constants", list(constants));
  const traits = [
    ...(kind.sends === undefined
      ? []
      : [
          `Sends ${[...kind.sends].map(([name, { type }]) => `\`${name}\` (${printType(type)})`).join(", ")}.`,
        ]),
    ...(kind.receives ? ["Any parameter may be received from another resource."] : []),
    ...(kind.refreshable ? ["Reacts to notifications."] : []),
    ...(kind.partOf === undefined
      ? []
      : [`Its work is done by ${code(kind.partOf)}, unless an edge keeps the two apart.`]),
  ];
  if (traits.length > 0) sections.push("## Between resources", traits.join(" "));
  sections.push("## Example", fence(kind.example.trimEnd(), "mcl"));
  return page(sections);
}

/** What stands at the top of pages about kinds that are declared only. */
const unbuilt = "**Not built yet**: programs that use it can be checked, and not applied.";

/** One function: signature, arguments, errors, examples. */
export function functionPage(declaration: CoreFunction): string {
  const { module } = declaration;
  const sections = functionSections(declaration);
  if (module !== "") sections.splice(2, 0, importLine(module));
  return page([`# ${functionName(declaration)}`, ...sections]);
}

/** What a module defines in mcl under a name, which is `module.name`. */
export function mclPages(name: string): readonly string[] {
  return coreModules().flatMap((module) =>
    mclDefinitions(module)
      .filter((each) => each.name === name)
      .map(({ use, summary }) => page([`# ${name}`, fence(use, "mcl"), summary, importLine(module)])),
  );
}

/** All functions of a module, one after the other. */
export function modulePage(module: string): string {
  const constants = moduleConstants(module);
  const inMcl = mclDefinitions(module);
  return page([
    `# ${moduleName(module)}`,
    module === "" ? "These functions need no import." : importLine(module),
    ...functionsOf(module).flatMap((each) => [`## ${functionName(each)}`, ...functionSections(each)]),
    ...(constants.length === 0 ? [] : ["## Constants", list(constants)]),
    ...(inMcl.length === 0
      ? []
      : ["## Written in mcl", list(inMcl.map(({ use, summary }) => `${code(use)}: ${summary}`))]),
  ]);
}

/** What programs write between and behind their operands, and what works on them. */
export function operatorsPage(): string {
  const symbols = Object.entries(binaryOperators).map(([symbol, declaration]) => ({
    title: `a ${symbol} b`,
    declaration,
  }));
  const others = [
    { title: "not a", declaration: notOperator },
    { title: "collection[index]", declaration: lookup },
    { title: "struct->field", declaration: structField("name") },
    { title: "struct->field <|> fallback", declaration: structFieldOr("name") },
  ];
  return page([
    "# Operators",
    "Both operands have the same type; nothing is converted. From the loosest to the tightest: `<|>`, `or`, `and`, comparisons and `in`, `+ -`, `* /`, `not`, `->`, `[ ]`. Comparisons do not chain. `struct->field <|> fallback` is one operator, and binds tighter than what stands before it.",
    "`a <|> b` is `a`, or `b` while `a` fails with an error that can be caught. Errors travel with the data: it catches what went wrong in anything that `a` is made of.",
    ...[...symbols, ...others].flatMap(({ title, declaration }) => [
      `## ${code(title)}`,
      ...aboutSections(declaration),
      ...exampleSections(declaration),
    ]),
  ]);
}

/** The metaparameters of every resource. */
export function metaPage(): string {
  return page([
    "# Metaparameters",
    "Every resource has them. They say how it is handled, where parameters say what it is.",
    fence('exec "download" {\n\tcmd => "true",\n\tMeta:retry => 3,\n\tMeta:delay => 1000,\n}', "mcl"),
    list(metaNames.map(describeMetaParameter)),
  ]);
}

/** One metaparameter: type, default, meaning. */
export function describeMetaParameter(name: MetaName): string {
  const { type, default: standard, summary } = metaParameters[name];
  return `${code(`Meta:${name}`)} (${printType(type)}, default ${code(print(standard))}): ${summary}`;
}

/** Everything that has a value without being computed. */
export function constantsPage(kinds: Catalogue): string {
  const { variables } = namespaces(coreCatalogue, kinds);
  const builtins = [...variables.builtinNames()].flatMap((name) => {
    const definition = variables.builtin(name)?.definition;
    if (definition?.kind !== "builtin") return [];
    const { value } = definition;
    return [`${code(`$${name}`)}: ${value === "hostname" ? "the name of this node" : code(print(value))}`];
  });
  const ofKinds = kinds.names.flatMap((name) => {
    const kind = kinds.get(name);
    return kind === undefined ? [] : kindConstants(kind);
  });
  return page([
    "# Constants",
    "These are there without an import:",
    list([...builtins, ...ofKinds]),
    ...moduleNames().flatMap((module) => {
      const constants = moduleConstants(module);
      return constants.length === 0 ? [] : [`After ${code(`import "${module}"`)}:`, list(constants)];
    }),
  ]);
}

/** Makes a name refer to the page about it, or leaves it as it is. */
export type Link = (name: string, topic: Topic) => string;

export type Topic =
  | { readonly kind: "kind" | "module"; readonly name: string }
  | { readonly kind: "operators" | "metaparameters" | "constants" };

/** What there is. */
export function indexPage(kinds: Catalogue, link: Link): string {
  const kindItems = (isBuilt: boolean): readonly string[] =>
    kinds.names
      .filter((name) => kinds.get(name)?.isBuilt === isBuilt)
      .map((name) => `${link(code(name), { kind: "kind", name })}: ${kinds.get(name)?.summary ?? ""}`);
  const unbuiltKinds = kindItems(false);
  const moduleItems = moduleNames().map((name) => {
    const functions = functionsOf(name).map((each) => each.name);
    return `${link(code(moduleName(name)), { kind: "module", name })}: ${functions.join(", ")}`;
  });
  return page([
    "# Reference",
    "## Resource kinds",
    list(kindItems(true)),
    ...(unbuiltKinds.length === 0
      ? []
      : [
          "## Resource kinds that are not built yet",
          "Programs that use them can be checked, and not applied.",
          list(unbuiltKinds),
        ]),
    "## Functions",
    list(moduleItems),
    "## And",
    list([
      link("operators", { kind: "operators" }),
      `${link("metaparameters", { kind: "metaparameters" })}, which every resource has`,
      link("constants", { kind: "constants" }),
    ]),
  ]);
}

/** The name by which programs call it: `strings.split`, `len`. */
export function functionName({ module, name }: CoreFunction): string {
  return module === "" ? name : `${module.split("/").at(-1)}.${name}`;
}

/** What people call a module; the one that needs no import has no name in programs. */
export function moduleName(module: string): string {
  return module === "" ? "builtin" : module;
}

/** The one that needs no import first. */
export function moduleNames(): readonly string[] {
  return ["", ...coreModules()].sort();
}

function coreModules(): readonly string[] {
  return [...coreCatalogue.modules];
}

function functionsOf(module: string): readonly CoreFunction[] {
  return coreFunctions()
    .filter((each) => each.module === module)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The ways to call a function: `strings.contains(s str, substr str) bool`. */
export function signatures(declaration: CoreFunction): readonly string[] {
  return printSignatures(functionName(declaration), declaration);
}

function functionSections(declaration: CoreFunction): string[] {
  return [
    fence(signatures(declaration).join("\n")),
    ...aboutSections(declaration),
    ...freshness(declaration),
    ...exampleSections(declaration),
  ];
}

function aboutSections({ summary, args, notes, errors }: CoreFunction): string[] {
  const about = args
    .filter((each) => each.about !== undefined)
    .map((each) => `${code(each.name)}: ${each.about}`);
  return [
    summary,
    ...(about.length === 0 ? [] : [list(about)]),
    ...(notes === undefined ? [] : [notes]),
    ...(errors === undefined ? [] : [`Errors: ${errors}`]),
  ];
}

function exampleSections({ examples }: CoreFunction): string[] {
  const shown = Object.entries(examples).map(([call, result]) =>
    result === null ? call : `${call} # ${result}`,
  );
  return shown.length === 0 ? [] : [fence(shown.join("\n"))];
}

/** When a value is new, where it does not just follow from the arguments. */
function freshness({ behavior, args }: CoreFunction): readonly string[] {
  switch (behavior.kind) {
    case "pure":
      return [];
    case "impure":
      return [
        `Read when it is first needed${args.length === 0 ? "" : ", and again when an argument changes"}.`,
      ];
    case "source":
      return ["Follows the world: gives a new value whenever there is one."];
    case "each":
      return ["Calls the function once for each element; an element that changes alone recomputes alone."];
    case "fold":
      return ["Calls the function once for each element, from the left."];
  }
}

function importLine(module: string): string {
  return `Import it with \`import "${module}"\`.`;
}

/** One parameter of a kind: type, default, meaning. */
export function describeParameter({
  name,
  type,
  range,
  default: standard,
  about,
}: Kind["parameters"][number]): string {
  const facts = [
    printType(type),
    ...(range === undefined || range.native === "int64" ? [] : [range.native]),
    ...(standard === undefined ? [] : [`default ${code(print(standard))}`]),
  ];
  return `${code(name)} (${facts.join(", ")}): ${about}`;
}

function kindConstants(kind: Kind): string[] {
  return Object.entries(kind.constants).flatMap(([param, names]) =>
    Object.entries(names ?? {}).map(
      ([name, value]) => `${code(`$const.res.${kind.kind}.${param}.${name}`)}: ${code(print(value))}`,
    ),
  );
}

function moduleConstants(module: string): string[] {
  const prefix = module.split("/").at(-1);
  return [...coreCatalogue.constants(module)].map(
    ([name, value]) => `${code(`$${prefix}.${name}`)}: ${code(print(value))}`,
  );
}

function page(sections: readonly string[]): string {
  return `${sections.join("\n\n")}\n`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function fence(text: string, language = ""): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
