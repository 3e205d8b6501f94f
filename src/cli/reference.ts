/** Reference pages in Markdown, made from the declarations of kinds, functions and metaparameters. */
import type { CoreFunction } from "../../lang/core/define.ts";
import { type MetaName, metaNames, metaParameters } from "../../lang/meta.ts";
import { printType } from "../../lang/types/type.ts";
import { print } from "../../lang/value.ts";
import type { Kind } from "../resources/define.ts";

/** One resource kind: parameters, what it sends and receives, an example. */
export function kindPage(kind: Kind): string {
  const sections = [`# ${kind.kind}`, kind.summary];
  if (kind.notes !== undefined) sections.push(kind.notes);
  const parameters = kind.parameters.map(({ name, type, range, default: standard, about }) => [
    code(name),
    range === undefined || range.native === "int64"
      ? code(printType(type))
      : `${code(printType(type))} (${range.native})`,
    standard === undefined ? "unset" : code(print(standard)),
    about,
  ]);
  if (parameters.length > 0) {
    sections.push("## Parameters", table(["parameter", "type", "default", "meaning"], parameters));
  }
  const constants = Object.entries(kind.constants).flatMap(([param, names]) =>
    Object.entries(names ?? {}).map(([name, value]) => [
      code(`$const.res.${kind.kind}.${param}.${name}`),
      code(print(value)),
    ]),
  );
  if (constants.length > 0) sections.push("## Constants", table(["constant", "value"], constants));
  const traits = [
    ...(kind.sends === undefined
      ? []
      : [
          `Sends ${[...kind.sends].map(([name, { type }]) => `\`${name}\` (${printType(type)})`).join(", ")}.`,
        ]),
    ...(kind.receives ? ["Any parameter may be received from another resource."] : []),
    ...(kind.refreshable ? ["Reacts to notifications."] : []),
  ];
  if (traits.length > 0) sections.push("## Between resources", traits.join(" "));
  sections.push("## Example", fence(kind.example.trimEnd()));
  return `${sections.join("\n\n")}\n`;
}

/** One function: signature, arguments, errors, examples. */
export function functionPage(declaration: CoreFunction): string {
  const { args, notes, errors, examples, module } = declaration;
  const sections = [`# ${functionName(declaration)}`, fence(signature(declaration)), declaration.summary];
  if (module !== "") sections.push(`Import it with \`import "${module}"\`.`);
  const about = args
    .filter((each) => each.about !== undefined)
    .map((each) => `- \`${each.name}\`: ${each.about}`);
  if (about.length > 0) sections.push(about.join("\n"));
  if (notes !== undefined) sections.push(notes);
  if (errors !== undefined) sections.push(`Errors: ${errors}`);
  sections.push(freshness[declaration.behavior.kind]);
  const shown = Object.entries(examples).map(([call, result]) =>
    result === null ? call : `${call} # ${result}`,
  );
  if (shown.length > 0) sections.push(fence(shown.join("\n")));
  return `${sections.join("\n\n")}\n`;
}

/** The metaparameters of every resource. */
export function metaPage(): string {
  const rows = metaNames.map((name: MetaName) => {
    const { type, default: standard, summary } = metaParameters[name];
    return [code(`Meta:${name}`), code(printType(type)), code(print(standard)), summary];
  });
  return `# Metaparameters\n\nEvery resource has them.\n\n${table(["metaparameter", "type", "default", "meaning"], rows)}\n`;
}

/** The name by which programs call it: `strings.split`, `len`. */
export function functionName({ module, name }: CoreFunction): string {
  return module === "" ? name : `${module.split("/").at(-1)}.${name}`;
}

export function signature(declaration: CoreFunction): string {
  const args = declaration.args.map((each) => `${each.name} ${printType(each.type)}`);
  return `${functionName(declaration)}(${args.join(", ")}) ${printType(declaration.returns)}`;
}

const freshness: Readonly<Record<CoreFunction["behavior"]["kind"], string>> = {
  pure: "Depends on its arguments only.",
  impure: "Read when it is first needed, and again when an argument changes.",
  source: "Follows the world: gives a new value whenever there is one.",
  each: "Calls the function once for each element; an element that changes alone recomputes alone.",
  fold: "Calls the function once for each element, from the left.",
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function fence(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
