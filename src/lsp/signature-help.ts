import {
  MarkupKind,
  type ParameterInformation,
  type Position,
  type SignatureHelp,
} from "vscode-languageserver";
import type { CoreFunction } from "../../lang/core/define.ts";
import { coreCatalogue } from "../../lang/core/index.ts";
import { callForms, printArgument } from "../../lang/core/signature.ts";
import { printType, type Type } from "../../lang/types/type.ts";
import { functionName } from "../cli/reference.ts";
import { parameterText } from "./describe.ts";
import type { Document } from "./document.ts";
import { NamesAt } from "./names-at.ts";
import { type Callee, openFrames } from "./text/brackets.ts";
import { tokensBefore } from "./text/tokens-before.ts";
import type { View } from "./view.ts";

/** How what is being called at a position wants to be called, and which of its arguments is being written. */
export function signatureHelp(
  document: Document,
  view: View | undefined,
  position: Position,
): SignatureHelp | null {
  const offset = document.lines.offset(position);
  const { tokens } = tokensBefore(document.text, offset);
  for (const frame of openFrames(tokens).toReversed()) {
    if (frame.kind === "block" || frame.kind === "resource") return null;
    if (frame.kind !== "call") continue;
    const signatures = signaturesOf(frame.callee, view, offset);
    if (signatures.length === 0) return null;
    const wide = signatures.findIndex(({ parameters }) => parameters.length > frame.argument);
    return {
      signatures: signatures.map((each) => information(each, frame.argument)),
      activeSignature: wide === -1 ? signatures.length - 1 : wide,
    };
  }
  return null;
}

interface Signature {
  /** Before the parenthesis. */
  readonly name: string;
  readonly parameters: readonly { readonly text: string; readonly about?: string | undefined }[];
  /** Behind the parenthesis. */
  readonly result?: string;
  readonly about?: string;
}

function signaturesOf({ kind, name }: Callee, view: View | undefined, offset: number): readonly Signature[] {
  const names = NamesAt.of(view, offset);
  switch (kind) {
    case "function": {
      const entry = names?.function(name);
      const core = entry?.kind === "core" ? entry.function : coreCatalogue.get("", name);
      if (entry?.kind !== "defined") return core === undefined ? [] : coreSignatures(core);
      const { definition } = entry;
      const types = view?.typesOfTarget({ kind: "function", definition }) ?? [];
      if (types.length > 0) return types.flatMap((type) => typeSignature(name, type));
      const { parameters, result } = definition;
      const returned = result === undefined ? {} : { result: printType(result.type) };
      return [{ name, parameters: parameters.map((each) => ({ text: parameterText(each) })), ...returned }];
    }
    case "class": {
      const definition = names?.class(name)?.definition;
      if (definition === undefined) return [];
      return [{ name, parameters: definition.parameters.map((each) => ({ text: parameterText(each) })) }];
    }
    case "variable": {
      const definition = names?.variable(name)?.definition;
      if (definition === undefined || definition.kind === "builtin" || view === undefined) return [];
      const types = view.typesOfTarget({ kind: "variable", definition });
      return types.flatMap((type) => typeSignature(`$${name}`, type));
    }
  }
}

function coreSignatures(declaration: CoreFunction): readonly Signature[] {
  const { returns, summary } = declaration;
  return callForms(declaration).map((form) => ({
    name: functionName(declaration),
    parameters: form.map((each) => ({ text: printArgument(each), about: each.about })),
    result: printType(returns),
    about: summary,
  }));
}

function typeSignature(name: string, type: Type): readonly Signature[] {
  if (type.kind !== "func") return [];
  const parameters = type.args.map((arg, index) => ({
    text: `${arg.name === "" ? index : `$${arg.name}`} ${printType(arg.type)}`,
  }));
  return [{ name, parameters, result: printType(type.result) }];
}

/** A function that takes any number of arguments shows its last parameter for all that follow. */
function information(
  { name, parameters, result, about }: Signature,
  argument: number,
): SignatureHelp["signatures"][number] {
  let label = `${name}(`;
  const shown = parameters.map(({ text, about: meaning }, index): ParameterInformation => {
    if (index > 0) label += ", ";
    const start = label.length;
    label += text;
    return { label: [start, label.length], ...(meaning === undefined ? {} : { documentation: meaning }) };
  });
  label += result === undefined ? ")" : `) ${result}`;
  return {
    label,
    parameters: shown,
    activeParameter: Math.min(argument, Math.max(0, parameters.length - 1)),
    ...(about === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: about } }),
  };
}
