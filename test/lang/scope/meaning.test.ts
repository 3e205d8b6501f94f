/** What names mean: which definition, and through which instances it is reached. */
import { describe, expect, test } from "bun:test";
import type { Instance, ScopedExpression, ScopedStatement } from "../../../lang/scope/scoped.ts";
import { str } from "../../../lang/types/type.ts";
import { resolveText, type Text } from "./program.ts";

/** The names in the first resource of a program: what each means, as `role name @line via …`. */
async function meanings(text: Text): Promise<readonly string[]> {
  const { block } = await resolveText(text);
  const resource = find(block.statements);
  if (resource === undefined) throw new Error("the program has no resource");
  return mentions(resource.name);
}

function find(
  statements: readonly ScopedStatement[],
): Extract<ScopedStatement, { kind: "resource" }> | undefined {
  for (const statement of statements) {
    if (statement.kind === "resource") return statement;
    const inner =
      statement.kind === "if"
        ? find(statement.consequent.statements)
        : statement.kind === "for" || statement.kind === "forkv"
          ? find(statement.body.statements)
          : statement.kind === "include"
            ? find(statement.class.body.statements)
            : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function mentions(expression: ScopedExpression): readonly string[] {
  switch (expression.kind) {
    case "variable": {
      const { definition, via } = expression;
      if (definition.kind === "builtin") return [`builtin ${definition.name}`];
      const role = definition.kind === "bind" ? "bind" : definition.role;
      return [`${role} ${definition.name} @${line(definition)}${route(via)}`];
    }
    case "interpolation":
      return expression.parts.flatMap((part) => (typeof part === "string" ? [] : mentions(part)));
    case "list":
      return expression.elements.flatMap(mentions);
    case "lambda":
      return mentions(expression.body);
    case "call": {
      const { callee } = expression;
      const args = expression.args.flatMap(mentions);
      if (callee.kind === "core") return [`core ${callee.function.module}.${callee.function.name}`, ...args];
      if (callee.kind === "function")
        return [`func ${callee.definition.name} @${line(callee.definition)}${route(callee.via)}`, ...args];
      return [...mentions(callee), ...args];
    }
    default:
      return [];
  }
}

function line(definition: {
  readonly span: {
    readonly source: { path: string; position(at: number): { line: number } };
    readonly start: number;
  };
}): string {
  const { source, start } = definition.span;
  const number = source.position(start).line;
  return source.path === "main.mcl" ? String(number) : `${source.path}:${number}`;
}

function route(via: readonly Instance[]): string {
  return via.map((instance) => ` via ${instance.kind} @${line(instance)}`).join("");
}

describe("scopes", () => {
  const cases: readonly (readonly [text: Text, meanings: readonly string[]])[] = [
    ['$n = "x"\ntest $n {}\n', ["bind n @1"]],
    ['test $n {}\n$n = "x"\n', ["bind n @2"]],
    ['$n = "a"\nif true {\n\ttest $n {}\n\t$n = "b"\n}\n', ["bind n @4"]],
    ['$n = "a"\nif true {\n\tif true {\n\t\ttest $n {}\n\t}\n}\n', ["bind n @1"]],
    ['for $i, $v in ["a"] {\n\ttest [$i, $v] {}\n}\n', ["loop i @1", "loop v @1"]],
    ['for $a, $a in ["a"] {\n\ttest $a {}\n}\n', ["loop a @1"]],
    ['forkv $k, $v in {"a" => 1} {\n\ttest $v {}\n\t$v = $k\n}\n', ["bind v @3"]],
    ['$x = "a"\nclass c($x) {\n\ttest $x {}\n}\ninclude c("b")\n', ["class x @2"]],
    ['class c($x) {\n\ttest $x {}\n\t$x = "b"\n}\ninclude c("b")\n', ["bind x @3"]],
    ['class c {\n\ttest $x {}\n}\nif true {\n\t$x = "inner"\n\tinclude c\n}\n$x = "outer"\n', ["bind x @8"]],
    [
      "$x = 1\ntest func($x) { [$x, func($y) { [$x, $y] }($x)] } {}\n",
      ["function x @2", "function x @2", "function y @2", "function x @2"],
    ],
    ["test $hostname {}\n", ["builtin hostname"]],
    ['$hostname = "x"\ntest $hostname {}\n', ["bind hostname @1"]],
    ["test $const.res.file.state.exists {}\n", ["builtin const.res.file.state.exists"]],
    [
      'test "a${const.res.file.state.exists}${purpleidea}" {}\n',
      ["builtin const.res.file.state.exists", "builtin purpleidea"],
    ],
    ["test f(len([])) {}\nfunc f($x) { $x }\n", ["func f @2", "core .len"]],
    ["func len($x) { $x }\ntest len(1) {}\n", ["func len @1"]],
    ["$f = func() { 1 }\nfunc f() { 2 }\ntest [$f(), f()] {}\n", ["bind f @1", "func f @2"]],
  ];
  test.each(cases)("%j", async (text, expected) => {
    expect(await meanings(text)).toEqual(expected);
  });
});

describe("include as", () => {
  const cases: readonly (readonly [text: Text, meanings: readonly string[]])[] = [
    [
      "class c($p) {\n\t$x = $p\n\tfunc f() { $x }\n}\ninclude c(1) as i\ntest [$i.x, $i.p, i.f()] {}\n",
      ["bind x @2 via include @5", "class p @1 via include @5", "func f @3 via include @5"],
    ],
    [
      "class c {\n\t$y = $x\n}\n$x = 1\ninclude c as i\ntest [$i.x, $i.hostname] {}\n",
      ["bind x @4 via include @5", "builtin hostname"],
    ],
    [
      "class c {\n\tinclude d as inner\n}\nclass d {\n\t$x = 1\n}\ninclude c as i\ntest $i.inner.x {}\n",
      ["bind x @5 via include @7 via include @2"],
    ],
    [
      "class c {\n\tclass d {\n\t\t$x = 1\n\t}\n}\ninclude c as i\ninclude i.d as j\ntest $j.x {}\n",
      ["bind x @3 via include @7"],
    ],
    ['class c {\n\timport "fmt"\n}\ninclude c as i\ntest i.fmt.printf("a") {}\n', ["core fmt.printf"]],
    [
      "class a {}\nclass a:b {\n\t$x = 1\n}\ninclude a as a\ninclude a.b as b\ntest $b.x {}\n",
      ["bind x @3 via include @6"],
    ],
    // an inner alias leaves names that it does not have to an outer one
    [
      "class c {\n\t$x = 1\n}\nclass d {}\ninclude c as i\nif true {\n\tinclude d as i\n\ttest $i.x {}\n}\n",
      ["bind x @2 via include @5"],
    ],
  ];
  test.each(cases)("%j", async (text, expected) => {
    expect(await meanings(text)).toEqual(expected);
  });

  test("a nested class is included within the instance of the outer one", async () => {
    const { block } = await resolveText("class c {\n\tclass d {}\n}\ninclude c as i\ninclude i.d\n");
    const [outer, inner] = block.statements;
    if (outer?.kind !== "include" || inner?.kind !== "include") throw new Error("expected two includes");
    expect(inner.via).toEqual([outer]);
    expect(inner.class.block).toBe(outer.class.body);
  });
});

describe("imports", () => {
  const library = {
    "lib.mcl": 'import "fmt"\nimport "deep.mcl"\n$x = "a"\nfunc f() { $x }\n',
    "deep.mcl": "$y = 1\n",
  };
  const cases: readonly (readonly [text: Text, meanings: readonly string[]])[] = [
    ['import "os"\ntest $os.family_debian {}\n', ["builtin os.family_debian"]],
    ['import "fmt" as f\ntest f.printf("a") {}\n', ["core fmt.printf"]],
    ['import "fmt" as *\ntest printf("a") {}\n', ["core fmt.printf"]],
    ['import "fmt" as *\nfunc printf($a) { $a }\ntest printf("a") {}\n', ["func printf @2"]],
    [
      {
        ...library,
        "main.mcl": 'import "lib.mcl"\ntest [$lib.x, lib.f(), $lib.deep.y, lib.fmt.printf("a")] {}\n',
      },
      [
        "bind x @lib.mcl:3 via import @1",
        "func f @lib.mcl:4 via import @1",
        "bind y @deep.mcl:1 via import @1 via import @lib.mcl:2",
        "core fmt.printf",
      ],
    ],
    [
      { ...library, "main.mcl": 'import "lib.mcl" as *\ntest [$x, f(), $deep.y] {}\n' },
      [
        "bind x @lib.mcl:3 via import @1",
        "func f @lib.mcl:4 via import @1",
        "bind y @deep.mcl:1 via import @1 via import @lib.mcl:2",
      ],
    ],
    [
      {
        "main.mcl": 'import "a.mcl" as *\nimport "b.mcl" as *\ntest $x {}\n',
        "a.mcl": "$x = 1\n",
        "b.mcl": "$x = 2\n",
      },
      ["bind x @b.mcl:1 via import @2"],
    ],
    [
      { "main.mcl": '$x = 0\nif true {\n\timport "a.mcl" as *\n\ttest $x {}\n}\n', "a.mcl": "$x = 1\n" },
      ["bind x @a.mcl:1 via import @3"],
    ],
  ];
  test.each(cases)("%j", async (text, expected) => {
    expect(await meanings(text)).toEqual(expected);
  });

  test("a module imported twice has two instances, of one block if what is around them is the same", async () => {
    const { block } = await resolveText({
      "main.mcl":
        'import "lib.mcl" as a\nif true {\n\timport "lib.mcl" as b\n} else {\n\timport "lib.mcl" as c\n}\n',
      "lib.mcl": "$x = 1\n",
    });
    const [first, branch] = block.statements;
    const second = branch?.kind === "if" ? branch.consequent.statements[0] : undefined;
    const third = branch?.kind === "if" ? branch.alternative?.statements[0] : undefined;
    if (first?.kind !== "import" || second?.kind !== "import" || third?.kind !== "import")
      throw new Error("expected three imports");
    expect(second).not.toBe(third);
    expect(second.module).toBe(third.module);
    expect(first.module).not.toBe(second.module);
    expect(first.module.parent).toBeUndefined();
    expect(second.module.parent).toBe(block);
  });
});

describe("statements", () => {
  test("only what makes output, and imports of mcl modules, is listed", async () => {
    const { block } = await resolveText({
      "main.mcl":
        'import "fmt"\nimport "m.mcl"\n$x = 1\nfunc f() { 1 }\nclass c {}\ninclude c\npanic("")\ntest "a" {}\ncollect test "b" {}\nif true {} else {}\n',
      "m.mcl": "",
    });
    expect(block.statements.map(({ kind }) => kind)).toEqual([
      "import",
      "include",
      "panic",
      "resource",
      "collect",
      "if",
    ]);
  });

  test("operators and strings stay themselves, whatever functions there are", async () => {
    const { block } = await resolveText(
      'func contains($a, $b) { $a }\nfunc concat($a, $b) { $a }\n$s = "s"\ntest ["${s}", "plain", "a${s}b", 1 in [1]] {}\n',
    );
    const [resource] = block.statements;
    if (resource?.kind !== "resource" || resource.name.kind !== "list")
      throw new Error("expected a resource");
    expect(resource.name.elements).toMatchObject([
      { kind: "interpolation", parts: [{ kind: "variable", name: "s" }] },
      { kind: "constant", value: "plain" },
      { kind: "interpolation", parts: ["a", { kind: "variable", name: "s" }, "b"] },
      { kind: "binary", operator: "in" },
    ]);
  });

  test("lines of resources keep their conditions", async () => {
    const { block } = await resolveText(
      'test "a" {\n\tint8 => true ?: 4,\n\tBefore => Test["b"],\n\tMeta:noop => true,\n}\n',
    );
    const [resource] = block.statements;
    if (resource?.kind !== "resource") throw new Error("expected a resource");
    expect(resource.lines).toMatchObject([
      { kind: "field", field: "int8", condition: { value: true }, value: { value: 4n } },
      {
        kind: "edge",
        property: "before",
        condition: undefined,
        half: { resource: "test", name: { value: "b" } },
      },
      { kind: "meta", param: "noop", value: { value: true } },
    ]);
  });

  test("constants know their type", async () => {
    const { block } = await resolveText("test $const.res.file.state.exists {}\n");
    const [resource] = block.statements;
    if (resource?.kind !== "resource" || resource.name.kind !== "variable")
      throw new Error("expected a variable");
    expect(resource.name.definition).toMatchObject({ kind: "builtin", type: str, value: "exists" });
  });
});
