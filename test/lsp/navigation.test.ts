import { describe, expect, test } from "bun:test";
import { Editor, type Spot } from "./support/editor.ts";

const files = {
  "main.mcl": `import "strings"
import "lib.mcl"
import "deep/" as below
$greeting = "hello"
func shout($what) { strings.to_upper($what) }
class base($name) {
	file "/tmp/\${name}" {
		content => "𝄞 \${greeting} \${name}",
	}
	$inside = $name
}
class base:inner {
	noop "in" {}
}
include base("a") as b
for $i, $item in ["x"] {
	print "p-\${item}" { msg => shout($lib.word), }
}
$lambda = func($a) { $a + $greeting }
print "q" { msg => $b.inside, Depend => Noop["n"], Before => Print["r"], }
print "r" { msg => $lambda($below.depth), }
noop "n" {}
import "example"
test "answer" { int64 => example.nativeanswer(), }
`,
  "lib.mcl": '$word = "w"\n',
  "deep/main.mcl": '$depth = "d"\n',
};

describe("definition", () => {
  const cases: readonly (readonly [what: string, needle: string, spot: Spot, places: readonly string[]])[] = [
    ["a variable in a string", "${greeting}", { after: 2 }, ["main.mcl 4:2-4:10 greeting"]],
    ["at the end of a word", "${greeting}", { after: 10 }, ["main.mcl 4:2-4:10 greeting"]],
    ["a definition itself", "$greeting", { after: 3 }, ["main.mcl 4:2-4:10 greeting"]],
    ["a parameter of a class", "${name}", { nth: 1, after: 3 }, ["main.mcl 6:13-6:17 name"]],
    ["a parameter of a function", "to_upper($what", { after: 11 }, ["main.mcl 5:13-5:17 what"]],
    ["a parameter of a lambda", "$a +", { after: 1 }, ["main.mcl 19:17-19:18 a"]],
    ["a loop variable", "${item}", { after: 3 }, ["main.mcl 16:10-16:14 item"]],
    ["a function", "shout($lib", { after: 2 }, ["main.mcl 5:6-5:11 shout"]],
    ["a function in a variable", "$lambda(", { after: 2 }, ["main.mcl 19:2-19:8 lambda"]],
    ["a class", 'base("a")', { after: 1 }, ["main.mcl 6:7-6:11 base"]],
    ["the class in the name of another", "base:inner", { after: 1 }, ["main.mcl 6:7-6:11 base"]],
    ["an include", "$b.inside", { after: 1 }, ["main.mcl 15:22-15:23 b"]],
    ["what is in an include", "$b.inside", { after: 5 }, ["main.mcl 10:3-10:9 inside"]],
    ["an import", "$lib.word", { after: 2 }, ['main.mcl 2:8-2:17 "lib.mcl"']],
    ["an import with a name", "$below.depth", { after: 2 }, ["main.mcl 3:19-3:24 below"]],
    ["a variable of another file", "$lib.word", { after: 7 }, ["lib.mcl 1:2-1:6 word"]],
    ["a file", '"lib.mcl"', { after: 3 }, ["lib.mcl 1:1-1:1 "]],
    ["a directory", '"deep/"', { after: 3 }, ["deep/main.mcl 1:1-1:1 "]],
    ["a resource", 'Noop["n"]', { after: 6 }, ['main.mcl 22:6-22:9 "n"']],
    ["a core function", "to_upper", { after: 1 }, []],
    ["a core function that is written in mcl", "nativeanswer", { after: 1 }, []],
    ["a kind", "noop", { after: 1 }, []],
  ];
  test("of what there can be in a program", async () => {
    await using editor = await Editor.open(files);
    for (const [what, needle, spot, places] of cases) {
      const found = await editor.ask("definition", needle, spot);
      expect([what, editor.places(found)]).toEqual([what, places]);
    }
    expect(await editor.ask("definition", '= "hello"')).toEqual([]);
  });

  test("in another file that is open and not saved", async () => {
    await using editor = await Editor.open(files, { open: ["main.mcl", "lib.mcl"] });
    editor.type("$word", "\n\n$word", "lib.mcl");
    const found = await editor.ask("definition", "$lib.word", { after: 7 });
    expect(editor.places(found)).toEqual(["lib.mcl 3:2-3:6 word"]);
  });

  test("from a module that its own directory's program imports", async () => {
    await using editor = await Editor.open(files, { open: ["deep/main.mcl"] });
    const found = await editor.ask("references", "$depth", { file: "deep/main.mcl", after: 2 }, context);
    expect(editor.places(found)).toEqual(["deep/main.mcl 1:2-1:7 depth", "main.mcl 21:35-21:40 depth"]);
  });
});

const context = { context: { includeDeclaration: true } };

describe("references", () => {
  test("in strings, expressions and functions", async () => {
    await using editor = await Editor.open(files);
    expect(editor.places(await editor.ask("references", "$greeting", { after: 1 }, context))).toEqual([
      "main.mcl 19:28-19:36 greeting",
      "main.mcl 4:2-4:10 greeting",
      "main.mcl 8:20-8:28 greeting",
    ]);
  });

  test("without the definition", async () => {
    await using editor = await Editor.open(files);
    const found = await editor.ask(
      "references",
      "shout",
      { after: 1 },
      { context: { includeDeclaration: false } },
    );
    expect(editor.places(found)).toEqual(["main.mcl 17:29-17:34 shout"]);
  });

  test("of core functions, kinds, fields and resources", async () => {
    await using editor = await Editor.open(files);
    const places = async (needle: string, after: number): Promise<readonly string[]> =>
      editor.places(await editor.ask("references", needle, { after }, context));
    expect(await places("to_upper", 1)).toEqual(["main.mcl 5:29-5:37 to_upper"]);
    expect(await places("noop", 1)).toEqual([
      "main.mcl 13:2-13:6 noop",
      "main.mcl 20:41-20:45 Noop",
      "main.mcl 22:1-22:5 noop",
    ]);
    expect(await places("msg", 1)).toHaveLength(3);
    expect(await places('"r"', 1)).toEqual(['main.mcl 20:68-20:71 "r"', 'main.mcl 21:7-21:10 "r"']);
  });

  test("in all programs that import a module", async () => {
    await using editor = await Editor.open(
      {
        "one.mcl": 'import "lib.mcl"\nnoop "${lib.word}" {}\n',
        "two.mcl": 'import "lib.mcl" as *\nnoop "${word}" {}\n',
        "lib.mcl": '$word = "w"\n',
      },
      { open: ["one.mcl", "two.mcl", "lib.mcl"] },
    );
    const found = await editor.ask("references", "$word", { file: "lib.mcl", after: 1 }, context);
    expect(editor.places(found)).toEqual([
      "lib.mcl 1:2-1:6 word",
      "one.mcl 2:13-2:17 word",
      "two.mcl 2:9-2:13 word",
    ]);
  });
});

describe("while a program is broken", () => {
  test("what stands around the broken line is known as it is now", async () => {
    await using editor = await Editor.open('$a = 1\n$b = $a +\n$c = $a\nnoop "${c}" {}\n');
    const found = await editor.ask("definition", "$c = $a", { after: 6 });
    expect(editor.places(found)).toEqual(["main.mcl 1:2-1:3 a"]);
  });

  test("what was known before moves along with the text", async () => {
    await using editor = await Editor.open('$name = "n"\nnoop "${name}" {}\n');
    await editor.ask("hover", "$name", { after: 1 });
    editor.type("$name", "((\n((\n((\n((\n((\n$name");
    const found = await editor.ask("definition", "${name}", { after: 3 });
    expect(editor.places(found)).toEqual(["main.mcl 6:2-6:6 name"]);
  });

  test("names are found though others do not exist", async () => {
    await using editor = await Editor.open('$a = "a"\nnoop "${a}${b}" {}\n');
    expect(editor.places(await editor.ask("definition", "${a}", { after: 2 }))).toEqual([
      "main.mcl 1:2-1:3 a",
    ]);
  });

  test("an imported file that does not parse leaves the importer its other names", async () => {
    await using editor = await Editor.open({ ...files, "lib.mcl": "$word = (\n" });
    const found = await editor.ask("definition", "${greeting}", { after: 3 });
    expect(editor.places(found)).toEqual(["main.mcl 4:2-4:10 greeting"]);
  });
});
