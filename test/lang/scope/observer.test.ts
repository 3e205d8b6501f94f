import { expect, test } from "bun:test";
import { compile } from "../../../lang/compile.ts";
import { DiagnosticError } from "../../../lang/diagnostic.ts";
import type { Mention } from "../../../lang/scope/observer.ts";
import { printType } from "../../../lang/types/type.ts";
import { filesOf } from "../modules/files.ts";
import { kinds } from "./program.ts";

/** What the compiler tells of a program: names as `name@offset`, and types of expressions. */
async function told(text: string): Promise<{ names: readonly string[]; types: readonly string[] }> {
  const names: string[] = [];
  let types: readonly string[] = [];
  const observer = {
    loaded() {},
    begin() {},
    scope() {},
    mention({ name, found }: Mention) {
      names.push([...found.aliases.map(() => "alias"), `${name.text}@${name.span.start}`].join(" "));
    },
    typed(expressions: (unused: []) => readonly { type: Parameters<typeof printType>[0] }[]) {
      types = expressions([]).map(({ type }) => printType(type));
    },
  };
  try {
    await compile({ kind: "file", path: "main.mcl" }, filesOf({ "main.mcl": text }), kinds, observer);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
  }
  return { names, types };
}

test("names in strings stand where they are written", async () => {
  const { names } = await told('$a = "x"\nnoop "é\\n${a}-${a}" {}\n');
  expect(names).toEqual(["a@20", "a@25"]);
});

test("names are told though others do not exist", async () => {
  const { names } = await told("$a = 1\nnoop $b {}\nnoop $a {}\n");
  expect(names).toEqual(["a@24"]);
});

test("each alias of a dotted name is told", async () => {
  const { names } = await told("class c {\n$x = 1\n}\ninclude c as d\nif $d.x == 1 {}\n");
  expect(names).toEqual(["c@27", "alias d.x@38"]);
});

test("types are told though there is a type error", async () => {
  const { types } = await told('$a = 1\nif $a == 1 {}\nif 1 == "a" {}\n');
  expect(types.toSorted()).toEqual(["bool", "int"]);
});
