import { describe, expect, test } from "bun:test";
import { diagnosticsOf, problemsOf, type Text } from "./program.ts";

type Case = readonly [text: Text, problems: readonly string[]];

describe("unknown names", () => {
  const cases: readonly Case[] = [
    ["$u = $nope\n", ["scope unknown-variable 1:6"]],
    ["$u = nope()\n", ["scope unknown-function 1:6"]],
    ["$u = $nope()\n", ["scope unknown-variable 1:6"]],
    ["include nope\n", ["scope unknown-class 1:1"]],
    ["func f() { $nope }\n", ["scope unknown-variable 1:12"]],
    ["$f = func($a) { $b }\n", ["scope unknown-variable 1:17"]],
    ['test "${nope}" {}\n', ["scope unknown-variable 1:6"]],
    [
      'test "a" {\n\tint8 => $no ?: 4,\n\tBefore => Test["${no}"],\n}\n',
      ["scope unknown-variable 2:10", "scope unknown-variable 3:17"],
    ],
    ["if true {\n\t$b = 1\n}\n$c = $b\n", ["scope unknown-variable 4:6"]],
    ["for $i, $v in [1] {\n}\n$c = $v\n", ["scope unknown-variable 3:6"]],
    ["class c {\n\t$x = 1\n}\ninclude c\n$y = $x\n", ["scope unknown-variable 5:6"]],
    ["class c {\n\t$x = $nope\n}\ninclude c\ninclude c\n", ["scope unknown-variable 2:7"]],
    [
      "class c {\n\tif true {\n\t\t$x = 1\n\t}\n}\ninclude c as i\n$y = $i.x\n",
      ["scope unknown-variable 7:6"],
    ],
    ["class a {\n\tinclude b\n}\nclass b {\n\t$x = $nope\n}\ninclude a\n", ["scope unknown-variable 5:7"]],
    ['import "fmt"\n$x = fmt.nope("a")\n', ["scope unknown-function 2:6"]],
    ['import "fmt"\n$x = fmt.a.printf("a")\n', ["scope unknown-function 2:6"]],
    ['$x = fmt.printf("a")\n', ["scope unknown-function 1:6"]],
    ['if true {\n\timport "fmt"\n}\n$x = fmt.printf("a")\n', ["scope unknown-function 4:6"]],
    ["$x = $const.res.file.state.nope\n", ["scope unknown-variable 1:6"]],
    ["$x = $const.res.file.state\n", ["scope unknown-variable 1:6"]],
    ["class a:b {}\ninclude a\n", ["scope unknown-class 2:1"]],
    // several at once, in source order
    [
      "$a = $x\n$b = y()\ninclude z\n",
      ["scope unknown-variable 1:6", "scope unknown-function 2:6", "scope unknown-class 3:1"],
    ],
    // what depends on a mistake is not one
    ["$a = $nope\n$b = $a\n$c = $b + $a\n", ["scope unknown-variable 1:6"]],
    ["include nope as i\n$a = $i.x\n$b = i.f()\ninclude i.c as j\n$d = $j.y\n", ["scope unknown-class 1:1"]],
  ];
  test.each(cases)("%j", async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });
});

describe("help for unknown names", () => {
  const cases: readonly (readonly [text: string, help: string])[] = [
    ["$message = 1\n$x = $mesage\n", "did you mean `$message`?"],
    ["func greet() { 1 }\n$x = gret()\n", "did you mean `greet`?"],
    ["class server {}\ninclude sever\n", "did you mean `server`?"],
    ["$x = $hostnam\n", "did you mean `$hostname`?"],
    ['$x = fmt.printf("a")\n', 'write `import "fmt"`'],
    ['$x = printf("a")\n', 'write `import "fmt"`, and `fmt.printf(…)`'],
    ['import "fmt"\n$x = fmt.prinft("a")\n', "did you mean `fmt.printf`?"],
    ['import "fmt" as *\n$x = prinft("a")\n', "did you mean `printf`?"],
    ['import "os"\n$x = $os.family_debain\n', "did you mean `$os.family_debian`?"],
    ["class c {\n\t$value = 1\n}\ninclude c as i\n$x = $i.valeu\n", "did you mean `$i.value`?"],
    ["func x() { 1 }\n$y = $x\n", "`x` is a function: call it with `x(…)`"],
    ["$x = func() { 1 }\n$y = x()\n", "`$x` is a variable: call the function in it with `$x(…)`"],
    [
      "class x {}\n$y = $x\n",
      "`x` is a class: `include x as alias` makes its variables and functions available",
    ],
    ["func x() { 1 }\ninclude x\n", "`x` is a function; only classes can be included"],
    ["$s = struct{a => 1}\n$x = $s.a\n", "for a field of the struct `$s`, write `$s->a`"],
    ["$x = $const.res.fil.state.exists\n", "did you mean the kind `file`?"],
    ["$x = $const.res.file.state.nope\n", "the kind `file` has no constant `state.nope`"],
    [
      "$x = $nowhere.a\n",
      '`nowhere` is neither an import nor an `include … as nowhere`: a file is imported by `import "nowhere.mcl"`',
    ],
  ];
  test.each(cases)("%j", async (text, help) => {
    const [found] = await diagnosticsOf(text);
    expect(found?.help).toBe(help);
  });

  test("a variable of another block is pointed out", async () => {
    const [found] = await diagnosticsOf("if true {\n\t$b = 1\n}\n$c = $b\n");
    expect(found?.notes).toEqual([
      "there is a `$b` at main.mcl:2:2, but names do not leave the block they are in",
    ]);
  });
});

describe("duplicates", () => {
  const cases: readonly Case[] = [
    ['$x = 1\n$x = "a"\n', ["scope duplicate-definition 2:1"]],
    ["func f() { 1 }\nfunc f() { 1 }\n", ["scope duplicate-definition 2:1"]],
    ["class c {}\ninclude c as i\ninclude c as i\n", ["scope duplicate-alias 3:1"]],
    ['import "fmt"\nclass c {}\ninclude c as fmt\n', ["scope duplicate-alias 3:1"]],
    ['class c {}\ninclude c as fmt\nimport "fmt"\n', ["scope duplicate-alias 3:1"]],
    ['import "fmt"\nimport "fmt"\n', ["scope duplicate-import 2:1"]],
    ['import "fmt"\nimport "fmt" as f\n$x = f.printf("a")\n', ["scope duplicate-import 2:1"]],
    ['import "fmt" as *\nimport "fmt" as f\n', ["scope duplicate-import 2:1"]],
    ['import "fmt" as x\nimport "os" as x\n', ["scope duplicate-alias 2:1"]],
    [
      { "main.mcl": 'import "d/b.mcl"\nclass c {}\ninclude c as b\n', "d/b.mcl": "" },
      ["scope duplicate-alias 3:1"],
    ],
    ["class never {\n\t$x = 1\n\t$x = 2\n}\n", ["scope duplicate-definition 3:2"]],
    ["class never {\n\tif true {\n\t\t$x = 1\n\t\t$x = 2\n\t}\n}\n", ["scope duplicate-definition 4:3"]],
    ["$x = 1\n$x = $nope\n", ["scope duplicate-definition 2:1", "scope unknown-variable 2:6"]],
  ];
  test.each(cases)("%j", async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });
});

describe("arguments of classes", () => {
  const cases: readonly Case[] = [
    ["class c($a) {}\ninclude c\n", ["scope class-arguments 2:1"]],
    ["class c {}\ninclude c(1)\n", ["scope class-arguments 2:1"]],
    [
      "class c($a, $b) {}\ninclude c(1)\ninclude c(1, 2, 3) as i\n",
      ["scope class-arguments 2:1", "scope class-arguments 3:1"],
    ],
    ["class c() {}\ninclude c\n", []],
    ["class c {}\ninclude c()\n", []],
  ];
  test.each(cases)("%j", async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });

  test("the numbers are named", async () => {
    const [found] = await diagnosticsOf("class c($a) {}\ninclude c\n");
    expect(found?.message).toBe("class `c` takes 1 argument, got 0");
  });
});

describe("cycles", () => {
  const cases: readonly (readonly [text: string, references: readonly string[]])[] = [
    ["$a = $b\n$b = $a\n", ["1:6", "2:6"]],
    ["$a = $a\n", ["1:6"]],
    ["func f($n) { f($n) }\n", ["1:14"]],
    ["func f() { g() }\nfunc g() { f() }\n", ["1:12", "2:12"]],
    ["$f = func($n) { $f($n) }\n", ["1:17"]],
    ['$n = "outer"\nif true {\n\t$n = $n + "x"\n}\n', ["3:7"]],
    ["for $i, $v in [1] {\n\t$i = $i + 1\n}\n", ["2:7"]],
    ["class c {\n\tinclude c\n}\n", ["2:2"]],
    ["class a {\n\tinclude b\n}\nclass b {\n\tif true {\n\t\tinclude a\n\t}\n}\ninclude a\n", ["2:2", "6:3"]],
    ["class c {\n\t$out = $x\n}\ninclude c as i\n$x = $i.out\n", ["2:9", "4:1", "5:6"]],
    ["class c($a) {\n\t$out = $a\n}\ninclude c($i.out) as i\n", ["4:11"]],
    ["include a.x as b\ninclude b.x as a\n", ["1:1", "2:1"]],
    ["class never {\n\t$x = $x\n\t$y = $unknown\n}\n", ["2:7"]],
    ['$a = "${b}"\n$b = "${a}"\n', ["1:6", "2:6"]],
    ["$a = func() { $b }\n$b = $a()\n", ["1:15", "2:6"]],
  ];
  test.each(cases)("%j", async (text, references) => {
    const found = await diagnosticsOf(text);
    expect(await problemsOf(text)).toEqual([`scope recursive-reference ${references[0]}`]);
    expect(found[0]?.notes).toEqual(references.slice(1).map((at) => `and the reference at main.mcl:${at}`));
  });

  test("each independent one is reported", async () => {
    expect(await problemsOf("$a = $a\n$b = $c\n$c = $b\n")).toEqual([
      "scope recursive-reference 1:6",
      "scope recursive-reference 2:6",
    ]);
  });

  test("the message names the way round", async () => {
    const [found] = await diagnosticsOf("func f() { $x }\n$x = f()\n");
    expect(found?.message).toBe("recursive reference: `f()` needs `$x` needs `f()`");
  });
});

describe("programs that are right although they look wrong", () => {
  const cases: readonly Text[] = [
    "",
    "$y = 42 / 0\n",
    'func f() { 1 + "a" }\n',
    'class never {\n\t$x = $unknown + unknown()\n\tinclude unknown as u\n\t$y = $u.z\n\tinclude takes\n\timport "nosuch"\n}\nclass takes($a) {}\n',
    '$x = 1\nclass x {}\nfunc x() { 1 }\nimport "fmt" as x\n',
    '$x = 1\nif true {\n\t$x = "a"\n}\n',
    "class c {}\ninclude c\ninclude c\n",
    "class c {}\ninclude c as i\nif true {\n\tinclude c as i\n}\n",
    "for $i, $v in [1] {\n\t$v = 1\n}\n",
    'test "${n}" {}\n$n = "late"\n',
    '$x = $id("a")\n$id = func($x) { $x }\n',
    "func f($x) { $x }\n$x = f(1)\n",
    "class c($x) {\n\t$x = 1\n}\ninclude c(2)\n",
    "class c {\n\t$x = $y\n}\n$y = 1\ninclude c as i\n$x = $i.x\n",
    '$hostname = "mine"\nfunc len($x) { 0 }\n$n = len($hostname)\n',
    "func contains($a) { $a }\nfunc concat($a) { $a }\n$x = 1 in [1]\n",
    '$x = fmt.printf("a")\nimport "fmt"\n',
    'import "fmt" as *\nimport "strings" as *\n$x = printf("a")\n',
    "$map = 1\n$collect = $map\n",
    'import "golang/strings"\n$x = strings.to_upper("a")\n',
    'panic("no")\n',
    'collect test "x" {}\n',
    'Test["a"] -> Test["b"]\nTest["a"].x -> Test["b"].y\n',
  ];
  test.each(cases)("%j", async (text) => {
    expect(await problemsOf(text)).toEqual([]);
  });
});

describe("large programs", () => {
  const count = 3000;
  const chain = (line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join("");

  test("long chains of variables, in either order", async () => {
    expect(await problemsOf(`$b0 = 1\n${chain((i) => `$b${i + 1} = $b${i}\n`)}`)).toEqual([]);
    expect(await problemsOf(`${chain((i) => `$b${i} = $b${i + 1}\n`)}$b${count} = 1\n`)).toEqual([]);
  });

  test("long chains of aliases, each reached through the next", async () => {
    const text = `${chain((i) => `include a${i + 1}.c as a${i}\n`)}class c {}\nclass top {}\ninclude top as a${count}\n`;
    expect(await problemsOf(text)).toEqual([]);
  });

  test("long cycles", async () => {
    const text = `${chain((i) => `$b${i} = $b${i + 1}\n`)}$b${count} = $b0\n`;
    expect(await problemsOf(text)).toEqual(["scope recursive-reference 1:7"]);
  });

  test("many mistakes", async () => {
    expect(await problemsOf(chain((i) => `$x${i} = $nope${i}\n`))).toHaveLength(count);
  });
});
