import { expect, test } from "bun:test";
import { Editor, field, type Spot } from "./support/editor.ts";

const program = `import "strings"
# What everybody
# gets to read.
$greeting = "hello"

# not about the next line

$numbers = [1, 2] # aside
func twice($of) { $of + $of }
func plain($s str) str { $s }
class base($name) {
	file "/tmp/\${name}" {
		content => "𝄞 \${greeting}",
		state => $const.res.file.state.exists,
		Meta:retry => 3,
	}
	$inside = 3
}
include base("a") as b
print "a" { msg => twice("x"), Notify => Test["z"], }
test "z" { int64 => twice($b.inside), stringptr => strings.to_upper(plain($hostname)), }
Password["p"].password -> Print["a"].msg
password "p" {}
`;

async function hovers(editor: Editor, needle: string, spot: Spot = {}): Promise<string> {
  return String(field(field(await editor.ask("hover", needle, { after: 1, ...spot }), "contents"), "value"));
}

test("types of variables and what their comments say", async () => {
  await using editor = await Editor.open(program);
  const greeting = "```mcl\n$greeting str\n```\n\nWhat everybody\ngets to read.";
  expect(await hovers(editor, "$greeting")).toBe(greeting);
  expect(await hovers(editor, "${greeting}", { after: 4 })).toBe(greeting);
  expect(await hovers(editor, "$numbers")).toBe("```mcl\n$numbers []int\n```");
  expect(await hovers(editor, "$name")).toBe("```mcl\n$name str\n```");
  expect(await hovers(editor, "$b.inside", { after: 4 })).toBe("```mcl\n$inside int\n```");
  expect(await hovers(editor, "$b.inside")).toBe('```mcl\ninclude base("a") as b\n```');
  expect(await hovers(editor, "$hostname")).toContain("$hostname str");
  expect(await hovers(editor, "$const", { after: 12 })).toContain('"exists"');
});

test("signatures of functions, one for each way in which they are called", async () => {
  await using editor = await Editor.open(program);
  const twice = await hovers(editor, "twice");
  expect(twice).toContain("func twice($of str) str");
  expect(twice).toContain("func twice($of int) int");
  expect(await hovers(editor, "plain($host")).toBe("```mcl\nfunc plain($s str) str\n```");
  expect(await hovers(editor, "base")).toBe("```mcl\nclass base($name)\n```");
  const upper = await hovers(editor, "to_upper");
  expect(upper).toContain("strings.to_upper(a str) str");
  expect(upper).toContain("in upper case");
  expect(await hovers(editor, '"strings"')).toContain("# strings");
});

test("kinds, fields, metaparameters and what is sent", async () => {
  await using editor = await Editor.open(program);
  expect(await hovers(editor, "file")).toContain("# file");
  expect(await hovers(editor, "Test[")).toContain("# test");
  expect(await hovers(editor, "content =>")).toMatch(/^`content` \(str\): The exact contents/);
  expect(await hovers(editor, "retry")).toMatch(/^`Meta:retry` \(int, default `0`\)/);
  expect(await hovers(editor, "password ->")).toBe("```mcl\npassword str\n```");
  expect(await hovers(editor, "msg\n")).toMatch(/^`msg`/);
});

test("the word that is meant, and nothing where there is none", async () => {
  await using editor = await Editor.open(program);
  expect(field(await editor.ask("hover", "${greeting}", { after: 3 }), "range")).toEqual({
    start: editor.position("${greeting}", { after: 2 }),
    end: editor.position("${greeting}", { after: 10 }),
  });
  expect(await editor.ask("hover", "# not")).toBeNull();
  expect(await editor.ask("hover", "[1, 2]", { after: 4 })).toBeNull();
});

test("types stay known while a name elsewhere is unknown", async () => {
  await using editor = await Editor.open(program);
  expect(await hovers(editor, "$numbers")).toContain("[]int");
  editor.type('"a" {', '"${nope}" {');
  expect(await hovers(editor, "$numbers")).toContain("[]int");
});

test("types are told though there is a type error", async () => {
  await using editor = await Editor.open('$n = 1\nnoop "${n}" {}\n$list = [$n]\n$s = 1 + "a"\nnoop $s {}\n');
  expect(await hovers(editor, "$list")).toContain("$list []int");
});
