// biome-ignore-all lint/suspicious/noTemplateCurlyInString: interpolation of mcl
import { describe, expect, test } from "bun:test";
import { printType } from "../../../lang/types/type.ts";
import type {
  TypedBlock,
  TypedExpression,
  TypedLambda,
  TypedResource,
  TypedStatement,
} from "../../../lang/types/typed.ts";
import { typed } from "./support.ts";

type Expression<Kind extends TypedExpression["kind"]> = Extract<TypedExpression, { kind: Kind }>;
type Statement<Kind extends TypedStatement["kind"]> = Extract<TypedStatement, { kind: Kind }>;

function isStatement<Kind extends TypedStatement["kind"]>(
  statement: TypedStatement | undefined,
  kind: Kind,
): statement is Statement<Kind> {
  return statement?.kind === kind;
}

function statement<Kind extends TypedStatement["kind"]>(
  block: TypedBlock,
  index: number,
  kind: Kind,
): Statement<Kind> {
  const found = block[index];
  if (!isStatement(found, kind)) throw new Error(`statement ${index} is ${found?.kind}`);
  return found;
}

function isExpression<Kind extends TypedExpression["kind"]>(
  expression: TypedExpression | undefined,
  kind: Kind,
): expression is Expression<Kind> {
  return expression?.kind === kind;
}

function as<Kind extends TypedExpression["kind"]>(
  expression: TypedExpression | undefined,
  kind: Kind,
): Expression<Kind> {
  if (!isExpression(expression, kind)) throw new Error(`this is ${expression?.kind}`);
  return expression;
}

/** The value of a field of a resource. */
function field(resource: TypedResource, name: string): TypedExpression {
  for (const line of resource.lines) {
    if (line.kind === "field" && line.field === name) return line.value;
  }
  throw new Error(`there is no field ${name}`);
}

describe("calls", () => {
  test("of a function statement have a copy each, of the types of the call", async () => {
    const { block, region } = await typed(
      'func id($x) { $x }\ntest "t" {\n\tint8 => id(1),\n\tanotherstr => id("a"),\n}\n',
    );
    const resource = statement(block, 0, "resource");
    const first = as(field(resource, "int8"), "call").target;
    const second = as(field(resource, "anotherstr"), "call").target;
    expect(printType(first.type)).toBe("func(x int) int");
    expect(printType(second.type)).toBe("func(x str) str");
    expect(first.region).not.toBe(second.region);
    expect([first.region.parent, second.region.parent]).toEqual([region, region]);
    expect(as(first.body, "parameter").parameter).toBe(first.parameters[0] ?? fail());
    expect(first.parameters[0]?.region).toBe(first.region);
  });

  test("of a variable that is a lambda have a copy each, of one type, through aliases too", async () => {
    const { block, region } = await typed(
      '$f = func($x) { $x + 1 }\n$g = $f\ntest "t" {\n\tint8 => $f($g(2)),\n}\n',
    );
    const outer = as(field(statement(block, 0, "resource"), "int8"), "call");
    const inner = as(outer.args[0], "call");
    expect(outer.target.region).not.toBe(inner.target.region);
    expect(outer.target.parameters[0]).not.toBe(inner.target.parameters[0]);
    expect([outer.target.region.parent, inner.target.region.parent]).toEqual([region, region]);
    expect(outer.target.type).toEqual(inner.target.type);
  });

  test("of what is only known at run time are dynamic", async () => {
    const { block } = await typed(
      [
        "$f = if true { func($x) { $x } } else { func($x) { $x + 1 } }",
        "$apply = func($g) { $g(1) }",
        'test "t" {',
        "\tint8 => $f(1),",
        "\tinterface => $apply(func($y) { $y + 1 }),",
        "}",
        "",
      ].join("\n"),
    );
    const resource = statement(block, 0, "resource");
    expect(as(field(resource, "int8"), "dynamic-call").callee.kind).toBe("variable");
    const applied = as(field(resource, "interface"), "call");
    expect(as(applied.target.body, "dynamic-call").callee.kind).toBe("parameter");
    expect(applied.args[0]?.kind).toBe("lambda");
  });

  test("of a lambda handed to a class are known", async () => {
    const { block, region } = await typed(
      'class c($f) {\n\ttest "t" {\n\t\tint8 => $f(1),\n\t}\n}\ninclude c(func($x) { $x })\n',
    );
    const call = as(field(statement(block, 0, "resource"), "int8"), "call");
    expect(call.target.region.parent).toBe(region);
  });

  test("of a lambda made by a call belong to the copy of the caller", async () => {
    const { block, region } = await typed(
      'func f($x) { func($y) { $x + $y }(2) }\ntest "t" {\n\tint8 => f(1),\n}\n',
    );
    const outer = as(field(statement(block, 0, "resource"), "int8"), "call").target;
    const inner: TypedLambda = as(outer.body, "call").target;
    expect(outer.region.parent).toBe(region);
    expect(inner.region.parent).toBe(outer.region);
    const sum = as(inner.body, "core");
    expect(sum.args.map((arg) => as(arg, "parameter").parameter.region)).toEqual([
      outer.region,
      inner.region,
    ]);
  });

  test("of core functions carry the signature of the call", async () => {
    const { block } = await typed(
      'import "fmt"\ntest "t" {\n\tanotherstr => fmt.printf("%d %v", 1, ["a"]),\n}\n',
    );
    const call = as(field(statement(block, 0, "resource"), "anotherstr"), "core");
    expect(call.function.name).toBe("printf");
    expect(call.signature.args.map(({ type }) => printType(type))).toEqual(["str", "int", "[]str"]);
    expect(printType(call.signature.result)).toBe("str");
  });
});

describe("regions", () => {
  test("binds belong to the region that they are written in", async () => {
    const { block, region } = await typed(
      [
        '$outer = "a"',
        'for $i, $v in ["x"] {',
        "\t$inner = $v + $outer",
        "\tif true {",
        '\t\ttest "${inner}" {',
        "\t\t\tint8 => $i,",
        "\t\t}",
        "\t}",
        "}",
        "",
      ].join("\n"),
    );
    const loop = statement(block, 0, "for");
    const branch = statement(loop.body.block, 0, "if").consequent;
    const resource = statement(branch.block, 0, "resource");
    const inner = as(resource.name, "variable").bind;
    expect(loop.body.region.parent).toBe(region);
    expect(branch.region.parent).toBe(loop.body.region);
    expect(inner.region).toBe(loop.body.region);
    const [value, outer] = as(inner.value, "core").args;
    expect(as(value, "parameter").parameter).toBe(loop.value);
    expect(as(outer, "variable").bind.region).toBe(region);
    expect(as(field(resource, "int8"), "parameter").parameter).toBe(loop.index);
  });

  test("binds of a class belong to the region of the include, a copy for each", async () => {
    const { block } = await typed(
      [
        "class c($x) {",
        "\t$y = [$x]",
        '\ttest "t" {',
        "\t\tinterface => $y,",
        "\t}",
        "}",
        "for $i, $v in [1.5] {",
        "\tinclude c($v)",
        '\tinclude c("a")',
        "}",
        "",
      ].join("\n"),
    );
    const loop = statement(block, 0, "for");
    const [first, second] = [0, 1].map(
      (index) => as(field(statement(loop.body.block, index, "resource"), "interface"), "variable").bind,
    );
    expect(first?.region).toBe(loop.body.region);
    expect(second?.region).toBe(loop.body.region);
    expect([first, second].map((bind) => bind && printType(bind.type))).toEqual(["[]float", "[]str"]);
    const argument = as(as(first?.value, "list").elements[0], "variable").bind;
    expect(argument.name).toBe("x");
    expect(as(argument.value, "parameter").parameter).toBe(loop.value);
  });

  test("functions written in a loop belong to it, others do not", async () => {
    const { block, region } = await typed(
      [
        "func outside($x) { $x }",
        "for $i, $v in [1] {",
        "\tfunc inside($x) { $x + $v }",
        '\ttest "t" {',
        "\t\tint8 => outside(inside($i)),",
        "\t}",
        "}",
        "",
      ].join("\n"),
    );
    const loop = statement(block, 0, "for");
    const outside = as(field(statement(loop.body.block, 0, "resource"), "int8"), "call");
    expect(outside.target.region.parent).toBe(region);
    expect(as(outside.args[0], "call").target.region.parent).toBe(loop.body.region);
  });

  test("a bind is one for all its uses", async () => {
    const { block } = await typed('$x = 1\ntest "t" {\n\tint8 => $x,\n\tinterface => $x,\n}\n');
    const resource = statement(block, 0, "resource");
    expect(as(field(resource, "int8"), "variable").bind).toBe(
      as(field(resource, "interface"), "variable").bind,
    );
  });

  test("a module is a copy for each import", async () => {
    const { block, region } = await typed(
      'import "a.mcl"\nimport "b.mcl"\ntest "t" {\n\tint8 => $a.x,\n\tinterface => $b.a.x,\n}\n',
      { "a.mcl": "$x = 1 + 1\n", "b.mcl": 'import "a.mcl"\n' },
    );
    const resource = statement(block, 0, "resource");
    const binds = ["int8", "interface"].map((name) => as(field(resource, name), "variable").bind);
    expect(binds.map((bind) => bind.region)).toEqual([region, region]);
    expect(binds[0]).not.toBe(binds[1]);
  });
});

test("names reached through aliases of includes are those of that include", async () => {
  const { block } = await typed(
    [
      "class a($x) {",
      "\tclass b($y) {",
      "\t\t$pair = struct{x => $x, y => $y}",
      '\t\ttest "b" {}',
      "\t}",
      "\t$v = $x",
      "\tfunc wrap($q) { [$q, $x] }",
      "}",
      'test "t" {',
      "\tint8 => $i.v,",
      "\tanotherstr => $j.v,",
      "\tinterface => $k.pair,",
      '\tslicestring => j.wrap("z"),',
      "}",
      "include a(1) as i",
      'include a("s") as j',
      "include i.b(1.5) as k",
      "",
    ].join("\n"),
  );
  const resource = statement(block, 0, "resource");
  expect(printType(field(resource, "interface").type)).toBe("struct{x int; y float}");
  expect(as(field(resource, "int8"), "variable").bind).not.toBe(
    as(field(resource, "anotherstr"), "variable").bind,
  );
  expect(block.map((each) => each.kind)).toEqual(["resource", "resource"]);
});

test("the output of includes stands where they are", async () => {
  const { block } = await typed(
    'test "a" {}\nclass c {\n\ttest "b" {}\n\ttest "c" {}\n}\ninclude c\ntest "d" {}\n',
  );
  const names = block.map((each) => (each.kind === "resource" ? as(each.name, "constant").value : each.kind));
  expect(names).toEqual(["a", "b", "c", "d"]);
});

test("an interpolated string is one call; a variable alone is itself", async () => {
  const { block } = await typed('$x = "a"\ntest ["${x}-${hostname}", "${x}"] {}\n');
  const [joined, alone] = as(statement(block, 0, "resource").name, "list").elements;
  expect(as(joined, "core").args.map((arg) => arg.kind)).toEqual(["variable", "constant", "hostname"]);
  expect(alone?.kind).toBe("variable");
});

test("panic is a call that depends on the number of arguments", async () => {
  const { block } = await typed('panic("no")\npanic(false, "no")\n');
  const called = [0, 1].map((index) => as(statement(block, index, "panic").condition, "core").function.name);
  expect(called).toEqual(["panic", "panic_debug"]);
});

function fail(): never {
  throw new Error("it is missing");
}
