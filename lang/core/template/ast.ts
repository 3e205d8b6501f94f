/** What a template says. Every node knows where it stands, and can be written as messages show it. */
import { quote } from "../../bytes.ts";
import type { NumberLiteral } from "./number.ts";

interface Positioned {
  /** Offset in the template, in UTF-16 units. */
  readonly at: number;
}

export interface Template {
  readonly name: string;
  readonly body: readonly Statement[];
  /** How many variables it has, `$` included. */
  readonly slots: number;
}

export type Statement = Text | Action | Branch | Jump | Invocation;

export interface Text extends Positioned {
  readonly kind: "text";
  readonly text: string;
}

/** A pipeline whose value is written, unless it declares or assigns. */
export interface Action extends Positioned {
  readonly kind: "action";
  readonly pipeline: Pipeline;
}

export interface Branch extends Positioned {
  readonly kind: "if" | "with" | "range";
  readonly pipeline: Pipeline;
  readonly body: readonly Statement[];
  readonly alternative?: readonly Statement[] | undefined;
}

export interface Jump extends Positioned {
  readonly kind: "break" | "continue";
}

/** `template` or, after its definition, `block`. */
export interface Invocation extends Positioned {
  readonly kind: "template";
  readonly name: string;
  readonly pipeline?: Pipeline | undefined;
}

export interface Pipeline extends Positioned {
  readonly kind: "pipeline";
  /** Variables that it declares or, if `isAssignment`, sets. */
  readonly targets: readonly Variable[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** The first operand is what the others are handed to. */
export interface Command extends Positioned {
  readonly kind: "command";
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand = Literal | Dot | Nil | Field | Variable | Identifier | Chain | Pipeline;
export type Literal = Bool | Str | NumberNode;

export interface Bool extends Positioned {
  readonly kind: "bool";
  readonly value: boolean;
}

export interface Str extends Positioned {
  readonly kind: "string";
  readonly value: string;
  /** As written. */
  readonly quoted: string;
}

export interface NumberNode extends Positioned {
  readonly kind: "number";
  readonly value: NumberLiteral;
  readonly text: string;
}

export interface Dot extends Positioned {
  readonly kind: "dot";
}

export interface Nil extends Positioned {
  readonly kind: "nil";
}

/** `.A.B` */
export interface Field extends Positioned {
  readonly kind: "field";
  readonly names: readonly string[];
}

/** `$x.A.B` */
export interface Variable extends Positioned {
  readonly kind: "variable";
  /** With the dollar sign. */
  readonly name: string;
  readonly names: readonly string[];
  /** Which of the template's variables it is; undefined if there is none yet when it is read. */
  readonly slot: number | undefined;
}

/** The name of a function. */
export interface Identifier extends Positioned {
  readonly kind: "identifier";
  readonly name: string;
}

/** `(pipeline).A.B` or `function.A.B` */
export interface Chain extends Positioned {
  readonly kind: "chain";
  readonly base: Pipeline | Identifier;
  readonly names: readonly string[];
}

export type Node = Statement | Pipeline | Command | Operand;

/** The node as messages show it. */
export function show(node: Node): string {
  switch (node.kind) {
    case "text":
      return quote(node.text);
    case "action":
      return `{{${show(node.pipeline)}}}`;
    case "if":
    case "with":
    case "range":
      return showBranch(node);
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
    case "template":
      return `{{template ${quote(node.name)}${node.pipeline ? ` ${show(node.pipeline)}` : ""}}}`;
    case "pipeline": {
      const targets = node.targets.map(show).join(", ");
      const commands = node.commands.map(show).join(" | ");
      return targets === "" ? commands : `${targets} ${node.isAssignment ? "=" : ":="} ${commands}`;
    }
    case "command":
      return node.operands.map(showEnclosed).join(" ");
    case "bool":
      return String(node.value);
    case "string":
      return node.quoted;
    case "number":
      return node.text;
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "field":
      return showNames(node.names);
    case "variable":
      return node.name + showNames(node.names);
    case "identifier":
      return node.name;
    case "chain":
      return showEnclosed(node.base) + showNames(node.names);
  }
}

function showBranch({ kind, pipeline, body, alternative }: Branch): string {
  const otherwise = alternative === undefined ? "" : `{{else}}${alternative.map(show).join("")}`;
  return `{{${kind} ${show(pipeline)}}}${body.map(show).join("")}${otherwise}{{end}}`;
}

function showEnclosed(operand: Operand): string {
  return operand.kind === "pipeline" ? `(${show(operand)})` : show(operand);
}

function showNames(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join("");
}
