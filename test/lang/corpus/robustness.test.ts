/** Programs that are long, deep, or no programs at all: each comes to a graph or to diagnostics. */
import { describe, expect, test } from "bun:test";
import { Source } from "../../../lang/diagnostic.ts";
import { failureData } from "../../../lang/diagnostic-render.ts";
import { format } from "../../../lang/format/format.ts";
import { firstGraph } from "../programs.ts";
import { sound, wrong } from "./case.ts";

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

describe("long programs", () => {
  sound(
    "a chain of 1,000 binds",
    `$x0 = 1\n${lines(1000, (at) => `$x${at + 1} = $x${at} + 1\n`)}test "t" { int64 => $x1000, }\n`,
    "test[t] int64=1001",
  );
  sound(
    "a chain of 1,000 binds, last first",
    `test "t" { int64 => $x0, }\n${lines(1000, (at) => `$x${at} = $x${at + 1} + 1\n`)}$x1000 = 1\n`,
    "test[t] int64=1001",
  );
  sound(
    "a list of 500 structs",
    `$l = [\n${lines(500, (at) => `\tstruct{name => "n${at}", tags => ["a", "b"], n => ${at}},\n`)}]\nfor $i, $s in $l {\n\ttest [$s->name] { int64 => $s->n, }\n}\n`,
    lines(500, (at) => `test[n${at}] int64=${at}\n`),
  );
  sound(
    "200 calls of one function at two types",
    `func id($x) { $x }\n${lines(100, (at) => `test [id("n${at}")] { int64 => id(${at}), }\n`)}`,
    lines(100, (at) => `test[n${at}] int64=${at}\n`),
  );
  sound(
    "functions in 12 levels, each calling the next twice",
    `func f12($x) { $x }\n${lines(12, (at) => `func f${at}($x) { f${at + 1}($x) + f${at + 1}($x) }\n`)}test "t" { int64 => f0(1), }\n`,
    "test[t] int64=4096",
  );
  sound(
    "a chain of 1,000 functions",
    `func f1000($x) { $x }\n${lines(1000, (at) => `func f${at}($x) { f${at + 1}($x) }\n`)}test "t" { int64 => f0(1), }\n`,
    "test[t] int64=1",
  );
  sound(
    "a chain of 1,000 classes",
    `class c1000($x) {\n\ttest "$t" { Meta:dollar => true, int64 => $x, }\n}\n${lines(1000, (at) => `class c${at}($x) {\n\tinclude c${at + 1}($x)\n}\n`)}include c0(1)\n`,
    "test[$t] Meta:dollar=true int64=1",
  );
  sound(
    "structs that double 60 times, of which none is used",
    `$s0 = struct{a => 1}\n${lines(60, (at) => `$s${at + 1} = struct{a => $s${at}, b => $s${at}}\n`)}test "t" {}\n`,
    "test[t]",
  );

  test("50,000 lines", async () => {
    const outcome = await firstGraph(
      lines(
        10_000,
        (at) =>
          `$v${at} = "name ${at}"\ntest "\${v${at}}" {\n\tint64 => ${at},\n\tslicestring => ["a", $v${at}],\n}\n`,
      ),
    );
    expect(outcome.kind === "graph" && outcome.graph.resources.length).toBe(10_000);
  });
  test("a mistake in each of 50,000 lines", async () => {
    const outcome = await firstGraph(lines(50_000, (at) => `$x${at} = $y${at}\n`));
    expect(outcome.kind === "error" && outcome.diagnostics.length).toBe(50_000);
  });
  test("10,000 mistakes in one line", async () => {
    const outcome = await firstGraph(`$x = [${lines(10_000, (at) => `${at === 0 ? "" : ", "}$y${at}`)}]\n`);
    const { diagnostics } = failureData(outcome.kind === "error" ? outcome.diagnostics : []);
    expect(diagnostics.at(-1)?.start).toEqual({ line: 1, column: 78_889 });
  });
  test("a struct of 20,000 fields", async () => {
    const fields = lines(20_000, (at) => `${at === 0 ? "" : ", "}f${at} => ${at}`);
    const outcome = await firstGraph(`$s = struct{${fields}}\ntest "t" { int64 => $s->f7, }\n`);
    expect(outcome.kind).toBe("graph");
  });
  test("5,000 edges to nothing among 5,000 resources", async () => {
    const outcome = await firstGraph(
      lines(5000, (at) => `test "a${at}" {}\nTest["a${at}"] -> Test["b${at}"]\n`),
    );
    expect(outcome.kind === "error" && outcome.diagnostics.length).toBe(5000);
  });
});

describe("of mistakes of several phases, those of the first count", () => {
  const mistakes: readonly (readonly [phase: string, line: string])[] = [
    ["parse", "$a = 1 2"],
    ["init", "$b = struct{a => 1, a => 1}"],
    ["interpolate", '$c = "\\d"'],
    ["scope", "$d = $nope"],
    ["type", "test 1 {}"],
    ["stream", 'panic("no")'],
    ["output", 'nokind "x" {}'],
  ];
  mistakes.forEach(([phase], index) => {
    const program = mistakes.slice(index).map(([, line]) => line);
    wrong(phase, program.toReversed().join("\n"), `${phase} ${program.length}`, /./);
  });
});

describe("long chains", () => {
  const count = 20_000;
  const chain = (title: string, before: string, value: string, printed: string): void => {
    const program = `${before}test "t" { interface => ${value}, }\n`;
    sound(title, program, `test[t] interface=${printed}`);
    test(`${title}, formatted`, () => {
      const formatted = format(new Source("main.mcl", program));
      expect(formatted).toContain(value);
    });
  };
  chain("a sum", "", `0${" + 1".repeat(count)}`, `${count}`);
  chain("a text", "", `""${' + "b"'.repeat(count)}`, `"${"b".repeat(count)}"`);
  chain("operators of all levels", "", `0${" + 2 * 3 - 5".repeat(count)}`, `${count}`);
  chain("conditions", "", `true${" and true or false".repeat(count)}`, "true");
  chain("comparisons", "", `1 == 1${" and 1 < 2".repeat(count)}`, "true");
  chain("fallbacks of what never fails", "$l = [1]\n", `$l[0]${" <|> 2".repeat(count)}`, "1");
  chain("fallbacks of what always fails", "$l = [1]\n", `${"$l[1] <|> ".repeat(count)}1`, "1");
  chain("a sum in a function", `func f($x) { $x${" + $x".repeat(count)} }\n`, "f(1)", `${count + 1}`);
  sound(
    "a sum in a loop",
    `for $i, $v in [1] {\n\ttest "t" { int64 => $v${" + $v".repeat(count)}, }\n}\n`,
    `test[t] int64=${count + 1}`,
  );
  sound(
    "edges",
    `${lines(count, (at) => `test "a${at}" {}\n`)}Test["a0"]${lines(count - 1, (at) => ` -> Test["a${at + 1}"]`)}\n`,
    lines(count, (at) => `test[a${at}]\n${at === 0 ? "" : `test[a${at - 1}] -> test[a${at}]\n`}`),
  );
  for (const suffix of ["[0]", "->a"])
    wrong(
      `more ${suffix} than there is inside`,
      `$x = struct{a => [1]}\ntest "t" { interface => $x${suffix.repeat(count)}, }\n`,
      "type 2",
      /./,
    );
  wrong(
    "a mistake at the end of a chain",
    `test "t" { int64 => 0${" + 1".repeat(count)} + "a", }\n`,
    "type 1",
    /str/,
  );
});

describe("deep programs", () => {
  const nested = (open: string, inner: string, close: string): string =>
    open.repeat(400) + inner + close.repeat(400);
  sound("parentheses", `test "t" { int64 => ${nested("(", "1", ")")}, }\n`, "test[t] int64=1");
  sound("ifs", nested("if true {\n", 'test "t" {}\n', "}\n"), "test[t]");
  sound("classes", nested("class c {\n", "", "}\n"), "");
  sound(
    "if expressions",
    `test "t" { int64 => ${nested("if true { ", "1", " } else { 2 }")}, }\n`,
    "test[t] int64=1",
  );
  sound(
    "negations",
    `test "t" { interface => ${"(not ".repeat(400)}true${")".repeat(400)}, }\n`,
    "test[t] interface=true",
  );
  sound(
    "fields that are missing",
    `$s = struct{}\ntest "t" { int64 => ${"$s->a <|> ".repeat(400)}1, }\n`,
    "test[t] int64=1",
  );

  wrong(
    "too many parentheses",
    `$x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n`,
    "parse 1",
    /nested too deeply/,
  );
  wrong("too many negations", `$x = ${"not ".repeat(20_000)}true\n`, "parse 1", /nested too deeply/);
  wrong(
    "too many ifs",
    `${"if true {\n".repeat(20_000)}${"}\n".repeat(20_000)}`,
    "parse",
    /nested too deeply/,
  );
  test("a chain of functions is told where it gets too long", async () => {
    const outcome = await firstGraph(
      `func f40000($x) { $x }\n${lines(40_000, (at) => `func f${at}($x) { f${at + 1}($x) }\n`)}test "t" { int64 => f0(1), }\n`,
    );
    const [found] = outcome.kind === "error" ? outcome.diagnostics : [];
    expect(found?.span?.source.text.slice(found.span.start, found.span.end)).toMatch(/^f\d+\(\$x\)$/);
  });
  wrong(
    "too long a chain of functions",
    `func f40000($x) { $x }\n${lines(40_000, (at) => `func f${at}($x) { f${at + 1}($x) }\n`)}test "t" { int64 => f0(1), }\n`,
    "type",
    /too deeply/,
  );
});

describe("no programs at all", () => {
  const random = generator(20_261_122);
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const words = (
    '$x $y $i $v x y f test class include import func if else for forkv in true false 1 2.5 "a" "${x}" "fmt" { } ( ) [ ] ' +
    ", => = -> <|> ?: + - * / == < and or not as struct map str int bool Meta : noop Test Before . panic collect variant len fmt"
  )
    .split(" ")
    .concat("\n", "\n", "[]");

  const kinds: Readonly<Record<string, () => string>> = {
    "random characters": () =>
      String.fromCharCode(
        ...Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)),
      ),
    "random words": () =>
      `${Array.from({ length: Math.floor(random() * 60) }, () => pick(words)).join(" ")}\n`,
    "a program with a word changed": () => mutated(specimen, () => pick(words) ?? ""),
    "a program with a word left out": () => mutated(specimen, () => ""),
    "a program that breaks off": () => specimen.slice(0, Math.floor(random() * specimen.length)),
  };

  test("what is broken is sound as it stands", async () => {
    expect((await firstGraph(specimen)).kind).toBe("graph");
  });
  for (const [title, make] of Object.entries(kinds)) {
    test(title, async () => {
      for (let round = 0; round < 300; round++) {
        const outcome = await firstGraph(make());
        if (outcome.kind === "error") expect(outcome.diagnostics.length).toBeGreaterThan(0);
      }
    });
  }

  function mutated(program: string, word: () => string): string {
    const tokens: readonly string[] = program.match(/"[^"]*"|\w+|\s+|[^\w\s"]+/g) ?? [];
    const at = Math.floor(random() * tokens.length);
    return tokens.with(at, word()).join("");
  }
});

/** One of each construct. */
const specimen = `
import "fmt"
import "iter"
$s struct{a int; b []str} = struct{a => 1, b => ["x", "y"]}
$m = {"k" => 1.5}
$double = func($n int) int { $n * 2 }
func greet($name) { if $name == "" { "nobody" } else { "hello " + $name } }
class base($n, $l) {
	$v = "in \${n}"
	class inner {
		test "\${v}" { Meta:noop => true, }
	}
	for $i, $e in $l {
		test [greet($e)] { int64 => $i, }
	}
}
include base("b", $s->b) as i
include i.inner
forkv $k, $f in $m {
	test "\${k}" { float64 => $f > 1.0 ?: $f, }
}
if not ($double(2) == 5) and "x" in $s->b {
	test [fmt.printf("%d", $double(3))] { Before => Test["k"], }
} else {
	panic("never")
}
test iter.map([1, 2], func($n) { $s->c <|> "d" }) { interface => $m["z"] <|> 0.0, }
Test["in b"] -> Test["k"]
Test["k"].hello -> Test["d"].anotherstr
`;

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
