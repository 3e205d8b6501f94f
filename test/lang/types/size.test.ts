/** Sizes at which recursion over the program, or copying more than needed, would show. */
import { describe, expect, test } from "bun:test";
import { mistakes, printed } from "./support.ts";

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

const programs: Readonly<Record<string, string>> = {
  "a chain of 2000 variables": `$x0 = 1\n${lines(2000, (index) => `$x${index + 1} = $x${index} + 1\n`)}test "t" {\n\tint8 => $x2000,\n}\n`,
  "a chain of 2000 aliases in the name of a resource": `$x0 = "a"\n${lines(2000, (index) => `$x${index + 1} = $x${index}\n`)}test $x2000 {}\n`,
  "a list of 500 structs": `test "t" {\n\tinterface => [\n${lines(500, (index) => `\t\tstruct{a => ${index}, b => ["x"]},\n`)}\t],\n}\n`,
  "100 nested lists": `test "t" {\n\tinterface => ${"[".repeat(100)}1${"]".repeat(100)},\n}\n`,
  "100 nested sums": `test "t" {\n\tint8 => ${"(1 + ".repeat(100)}1${")".repeat(100)},\n}\n`,
  "100 nested lookups": `$l = [0]\ntest "t" {\n\tint8 => ${"$l[".repeat(100)}0${"]".repeat(100)},\n}\n`,
  "50 nested calls of a function whose type depends on the call": `import "fmt"\ntest "t" {\n\tanotherstr => ${'fmt.printf("%s", '.repeat(50)}"a"${")".repeat(50)},\n}\n`,
  "1000 calls of one function": `func f($x) { [$x, $x] }\n${lines(1000, (index) => `test "${index}" {\n\tinterface => f(${index % 2 === 0 ? 1 : '"a"'}),\n}\n`)}`,
  "2000 fields of results, each found out by the next": `func made($x) { struct{a => $x} }\n$x0 = 1\n${lines(2000, (index) => `$f${index} = func($s) { $s->a }\n$x${index + 1} = $f${index}(made($x${index}))\n`)}test "t" {\n\tinterface => $x2000,\n}\n`,
  "functions that call the next twice, 10 deep": `func f0($x) { $x }\n${lines(10, (index) => `func f${index + 1}($x) { [f${index}($x), f${index}($x)] }\n`)}test "t" {\n\tinterface => f10(1),\n}\n`,
  "a type whose text doubles 40 times": `$x0 = 1\n${lines(40, (index) => `$x${index + 1} = struct{a => $x${index}, b => $x${index}}\n`)}test "t" {\n\tinterface => $x40,\n}\n`,
  "2500 resources": lines(
    2500,
    (index) => `$v${index} = "a"\ntest "n-\${v${index}}" {\n\tanotherstr => $v${index} + "x",\n}\n`,
  ),
};

describe("sound", () => {
  test.each(Object.entries(programs))("%s", async (_, program) => {
    expect((await mistakes(program)).map(printed)).toEqual([]);
  });
});

test("a mistake at the end of a long chain fails all users once", async () => {
  const program = `$x0 = 1 + "a"\n${lines(500, (index) => `$x${index + 1} = $x${index}\n`)}${lines(
    500,
    (index) => `test "${index}" {\n\tint8 => $x${index},\n}\n`,
  )}`;
  expect((await mistakes(program)).map(printed)).toEqual(["type 1:7 type-mismatch"]);
});
