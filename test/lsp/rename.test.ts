import { describe, expect, test } from "bun:test";
import { Editor, type Spot } from "./support/editor.ts";

async function renamed(
  editor: Editor,
  needle: string,
  newName: string,
  spot: Spot = {},
): Promise<Readonly<Record<string, string>>> {
  return editor.applied(await editor.ask("rename", needle, { after: 1, ...spot }, { newName }));
}

const program = `import "fmt"
$user = "é𝄞"
func greet($user) { fmt.printf("%s", $user) }
class account($name) {
	file "/home/\${user}-\${name}" {
		content => greet($user),
	}
	$home = "/home/\${name}"
}
class account:keys {
	noop "\${name}" {}
}
include account("a") as a
noop "𝄞 \${a.home} \${user}" {}
`;

describe("gives another name to", () => {
  const cases: readonly (readonly [
    what: string,
    needle: string,
    name: string,
    changed: readonly string[],
  ])[] = [
    [
      "a variable, in strings too",
      "$user",
      "$owner",
      [
        '$owner = "é𝄞"',
        '	file "/home/${owner}-${name}" {',
        "		content => greet($owner),",
        'noop "𝄞 ${a.home} ${owner}" {}',
      ],
    ],
    ["a parameter", "($user)", "who", ['func greet($who) { fmt.printf("%s", $who) }']],
    [
      "a function",
      "greet",
      "hail",
      ['func hail($user) { fmt.printf("%s", $user) }', "		content => hail($user),"],
    ],
    [
      "a class, in the names of classes within it",
      "account",
      "login",
      ["class login($name) {", "class login:keys {", 'include login("a") as a'],
    ],
    ["a class within a class", "keys", "ssh", ["class account:ssh {"]],
    [
      "a variable behind an alias",
      "$home",
      "path",
      ['	$path = "/home/${name}"', 'noop "𝄞 ${a.path} ${user}" {}'],
    ],
    ["an alias", "a.home", "acc", ['include account("a") as acc', 'noop "𝄞 ${acc.home} ${user}" {}']],
    [
      "an import that had no name",
      "fmt.printf",
      "text",
      ['import "fmt" as text', 'func greet($user) { text.printf("%s", $user) }'],
    ],
  ];
  test.each(cases)("%s", async (_, needle, name, changed) => {
    await using editor = await Editor.open(program);
    const after = needle === "account" || needle === "a.home" || needle === "keys" ? 0 : 1;
    const result = await renamed(editor, needle, name, { after: needle === "($user)" ? 2 : after });
    const before = program.split("\n");
    const lines = (result["main.mcl"] ?? "").split("\n").filter((line, index) => line !== before[index]);
    expect(lines).toEqual([...changed]);
  });

  test("what is used in other files, open or not", async () => {
    await using editor = await Editor.open(
      {
        "main.mcl": 'import "lib/"\nimport "other.mcl"\nnoop "${lib.word}${other.more}" {}\n',
        "other.mcl": 'import "lib/" as l\n$more = $l.word\n',
        "lib/main.mcl": '$word = "w"\n',
      },
      { open: ["lib/main.mcl", "main.mcl"] },
    );
    expect(await renamed(editor, "$word", "term", { file: "lib/main.mcl" })).toEqual({
      "main.mcl": 'import "lib/"\nimport "other.mcl"\nnoop "${lib.term}${other.more}" {}\n',
      "other.mcl": 'import "lib/" as l\n$more = $l.term\n',
      "lib/main.mcl": '$term = "w"\n',
    });
  });
});

describe("refuses", () => {
  const cases: readonly (readonly [needle: string, name: string, reason: string])[] = [
    ["$user", "File", "`File` is no name"],
    ["$user", "a__b", "`a__b` is no name"],
    ["$user", "x_", "`x_` is no name"],
    ["$user", "", "`` is no name"],
    ["greet", "class", "`class` is a reserved word"],
    ["$user", "name", "the new name is taken"],
    ["$name", "user", "the new name is taken"],
    ["printf", "print", "only variables, functions, classes and aliases"],
    ["noop", "file", "only variables, functions, classes and aliases"],
  ];
  test.each(cases)("%s as `%s`", async (needle, name, reason) => {
    await using editor = await Editor.open(program);
    await expect(renamed(editor, needle, name)).rejects.toThrow(reason);
  });

  test("a name that is defined already", async () => {
    await using editor = await Editor.open('$a = 1\n$b = 2\nnoop "x" {}\n');
    await expect(renamed(editor, "$a", "b")).rejects.toThrow("already defined");
  });

  test("as long as the document or an import does not parse", async () => {
    await using editor = await Editor.open({
      "main.mcl": 'import "lib.mcl"\n$a = 1\nnoop "${a}" {}\n',
      "lib.mcl": "$x = (\n",
    });
    await expect(renamed(editor, "$a", "b")).rejects.toThrow("lib.mcl cannot be read as a program");
    editor.type("$a = 1", "$a = 1 +");
    await expect(renamed(editor, "$a", "b")).rejects.toThrow("does not parse");
  });
});

test("says beforehand what can be renamed", async () => {
  await using editor = await Editor.open(program);
  expect(await editor.ask("prepareRename", "${user}", { after: 3 })).toEqual({
    range: {
      start: editor.position("${user}", { after: 2 }),
      end: editor.position("${user}", { after: 6 }),
    },
    placeholder: "user",
  });
  expect(await editor.ask("prepareRename", "noop", { after: 1 })).toBeNull();
  expect(await editor.ask("prepareRename", '= "é')).toBeNull();
});
