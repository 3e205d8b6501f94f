import { nearest } from "../../suggest.ts";
import { edgeProperties } from "../edge-property.ts";
import type { SyntaxFailure } from "../syntax-failure.ts";
import { lineStart, type Slip, wantsStatement } from "./slip.ts";

/** What other tools call the lines that make edges. */
const otherNames: Readonly<Record<string, string>> = {
  require: "Depend",
  requires: "Depend",
  after: "Depend",
  depends_on: "Depend",
  subscribe: "Listen",
  subscribes: "Listen",
  watch: "Listen",
  notifies: "Notify",
  trigger: "Notify",
};

/** The property that a word in place of one means, capitalized. */
export function meantProperty(word: string): string | undefined {
  const name = word.toLowerCase();
  if (Object.hasOwn(otherNames, name)) return otherNames[name];
  const near = nearest(name, edgeProperties);
  return near === undefined ? undefined : near.charAt(0).toUpperCase() + near.slice(1);
}

/** Edges, between resources and in their lines. */
export const edgeSlips: readonly Slip[] = [
  {
    when: (it) => it.kind() === "CAPITALIZED" && lowerCaseProperty(it) !== undefined,
    focus: (it) => it.span(-2),
    message: (it) => `\`${it.text(-2)}\` makes no edge`,
    help: (it) => `write \`${lowerCaseProperty(it)} => ${it.text()}[…],\``,
  },
  {
    when: (it) => it.kind() === "[" && it.expects("(") && it.kind(-1) === "IDENTIFIER" && isProperty(it, -3),
    focus: (it) => it.span(-1),
    message: (it) => `\`${it.text(-1)}\` is no resource`,
    help: (it) => `in an edge, kinds begin with a capital: \`${capitalized(it.text(-1))}[…]\``,
  },
  {
    when: (it) => it.kind() === "=>" && it.kind(-1) === "]" && beginsWithHalf(it),
    help: () =>
      "an edge is written `->`; to notify as well, write `Notify => Kind[…],` in the resource before it",
  },
  {
    when: (it) => it.kind() === "<" && it.kind(1) === "-" && it.kind(-1) === "]" && beginsWithHalf(it),
    help: () => "edges lead to the right: what comes first stands left, `First[…] -> Second[…]`",
  },
  {
    when: (it) => it.kind() === "STRING" && wantsStatement(it) && it.kind(1) === "->",
    help: () => 'an edge leads from resource to resource: `Kind["a"] -> Kind["b"]`',
  },
];

function lowerCaseProperty(failure: SyntaxFailure): string | undefined {
  if (failure.kind(-1) !== "=>" || failure.kind(-2) !== "IDENTIFIER") return undefined;
  if (failure.kind(1) !== "[" && failure.kind(1) !== ":") return undefined;
  return meantProperty(failure.text(-2));
}

function isProperty(failure: SyntaxFailure, offset: number): boolean {
  return failure.kind(offset) === "CAPITALIZED" && failure.kind(offset + 1) === "=>";
}

function beginsWithHalf(failure: SyntaxFailure): boolean {
  return failure.kindAt(lineStart(failure)) === "CAPITALIZED";
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
