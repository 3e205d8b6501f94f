/** What words stand for, as people read it: code for a headline, and Markdown. */
import { printType, type Type } from "../../lang/types/type.ts";
import { print } from "../../lang/value.ts";
import {
  describeMetaParameter,
  describeParameter,
  functionPage,
  kindPage,
  modulePage,
} from "../cli/reference.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { commentsAbove } from "./program/comments-above.ts";
import type { ProgramIndex } from "./program/program-index.ts";
import type { Target } from "./program/target.ts";

/** Everything there is to say, in Markdown; undefined if that is nothing. */
export function describe(
  target: Target,
  types: readonly Type[],
  index: ProgramIndex,
  kinds: Catalogue,
): string | undefined {
  switch (target.kind) {
    case "variable":
    case "function":
    case "class": {
      const { span } = target.definition;
      return sections(headline(target, types), commentsAbove(index.files.get(index.pathOf(span)), span));
    }
    case "builtin": {
      const { value } = target.definition;
      return sections(
        headline(target, types),
        value === "hostname" ? "The name of this node." : print(value),
      );
    }
    case "core":
      return functionPage(target.function);
    case "alias":
      return sections(headline(target, types));
    case "module":
      return target.module.kind === "core" ? modulePage(target.module.module) : undefined;
    case "kind": {
      const kind = kinds.get(target.name);
      return kind === undefined ? undefined : kindPage(kind);
    }
    case "field": {
      const parameter = kinds.get(target.resource)?.parameters.find(({ name }) => name === target.name);
      return parameter === undefined ? undefined : describeParameter(parameter);
    }
    case "output": {
      const output = kinds.get(target.resource)?.sends?.get(target.name);
      return output === undefined ? undefined : sections(`${target.name} ${printType(output.type)}`);
    }
    case "meta":
      return describeMetaParameter(target.name);
    case "resource":
      return undefined;
  }
}

/** What is defined, in a line of code for each type that it has. */
export function headline(target: Target, types: readonly Type[]): string {
  switch (target.kind) {
    case "variable":
    case "builtin": {
      const { name } = target.definition;
      return types.length === 0 ? `$${name}` : types.map((type) => `$${name} ${printType(type)}`).join("\n");
    }
    case "function": {
      const { name, parameters, result } = target.definition;
      const signatures = types.flatMap((type) => {
        if (type.kind !== "func") return [];
        const args = type.args.map((arg) => `$${arg.name} ${printType(arg.type)}`);
        return [`func ${name}(${args.join(", ")}) ${printType(type.result)}`];
      });
      if (signatures.length > 0) return signatures.join("\n");
      const returned = result === undefined ? "" : ` ${printType(result.type)}`;
      return `func ${name}(${parameterList(parameters)})${returned}`;
    }
    case "class":
      return `class ${target.definition.name}(${parameterList(target.definition.parameters)})`;
    case "alias": {
      const { alias } = target;
      const { span } = alias.statement;
      return span.source.text.slice(span.start, span.end);
    }
    default:
      return "";
  }
}

interface Parameters
  extends ReadonlyArray<{
    readonly name: string;
    readonly annotation: { readonly type: Type } | undefined;
  }> {}

function parameterList(parameters: Parameters): string {
  return parameters.map(parameterText).join(", ");
}

/** A parameter as a program writes it. */
export function parameterText({ name, annotation }: Parameters[number]): string {
  return annotation === undefined ? `$${name}` : `$${name} ${printType(annotation.type)}`;
}

function sections(code: string, ...texts: readonly (string | undefined)[]): string {
  const paragraphs = texts.filter((text) => text !== undefined && text !== "");
  return [`\`\`\`mcl\n${code}\n\`\`\``, ...paragraphs].join("\n\n");
}
