import { describe, expect, test } from "bun:test";
import { applyEdits, Editor, field } from "./support/editor.ts";

const program = `import "strings"
import "lib.mcl"
$greeting = "hello"
$point = struct{x => 1, name => "n"}
func shout($what) { strings.to_upper($what) }
class base($name) {
	$inside = 3
	file "/tmp/\${name}" {
		state => $const.res.file.state.exists,
		#fields
	}
	#class
}
include base("a") as b
print "p" { msg => shout("\${greeting}\${lib.word}"), }
noop "\${b.name}" {}
test "t" { int64 => $point->x, }
#end
`;

interface Item {
  readonly label: string;
  readonly detail: string | undefined;
  readonly item: unknown;
}

/** Types something in place of a comment, and asks what could be typed there. */
async function proposals(editor: Editor, mark: string, typed: string): Promise<readonly Item[]> {
  const { line, character } = editor.position(mark);
  editor.type(mark, typed);
  const found = await editor.askAbout("completion", "main.mcl", {
    position: { line, character: character + typed.length },
  });
  if (!Array.isArray(found)) throw new Error(`no items: ${JSON.stringify(found)}`);
  return found.map((item) => {
    const detail = field(item, "detail");
    return {
      label: String(field(item, "label")),
      detail: detail === undefined ? undefined : String(detail),
      item,
    };
  });
}

const files = { "main.mcl": program, "lib.mcl": '$word = "w"\n' };

describe("proposes", () => {
  const cases: readonly (readonly [
    what: string,
    mark: string,
    typed: string,
    some: readonly string[],
    none: readonly string[],
  ])[] = [
    [
      "variables",
      "#class",
      "$x = $",
      ["$name", "$inside", "$greeting", "$hostname", "$b", "$lib"],
      ["name", "shout"],
    ],
    ["constants of kinds", "#class", "$x = $const.", ["$const.res.file.state.absent"], ["$name"]],
    [
      "variables in strings",
      "#class",
      '$x = "a ${',
      ["name", "inside", "greeting", "lib"],
      ["$name", "shout"],
    ],
    ["variables of another file", "#end", "$x = $lib.", ["$lib.word"], ["$greeting"]],
    ["variables of an include", "#end", "$x = $b.", ["$b.name", "$b.inside"], ["$greeting"]],
    [
      "functions",
      "#end",
      "$x = ",
      ["shout", "len", "strings", "$greeting", "true"],
      ["class", "_operator", "panic"],
    ],
    ["functions of a module", "#end", "$x = strings.", ["strings.to_upper", "strings.split"], ["shout"]],
    ["arguments", "#end", "$x = shout(", ["shout", "$greeting"], ["class"]],
    ["classes", "#end", "include ", ["base"], ["shout", "file"]],
    [
      "core modules and files",
      "#end",
      'import "',
      ["fmt", "golang/strings", "lib.mcl"],
      ["main.mcl", "shout"],
    ],
    [
      "kinds and words at the beginning of a statement",
      "#end",
      "fi",
      ["file", "noop", "svc", "http:server:file", "class", "if"],
      ["shout"],
    ],
    [
      "fields that are not set yet",
      "#fields",
      "con",
      ["content", "mode", "Notify", "Meta"],
      ["state", "file"],
    ],
    ["metaparameters", "#fields", "Meta:", ["retry", "noop"], ["content"]],
    ["kinds of edges", "#fields", "Notify => ", ["File", "Http:Server:File"], ["content", "$name"]],
    ["names of resources", "#fields", 'Notify => Print["', ["p"], ["content"]],
    ["what is sent", "#end", 'Password["x"].', ["password"], ["length"]],
    ["what can be received", "#end", 'Password["x"].password -> Print["p"].', ["msg"], ["password"]],
    ["the second half of an edge", "#end", 'Password["x"] -> ', ["Print"], ["$greeting"]],
    ["fields of structs", "#end", "$x = $point->", ["x", "name"], ["$greeting"]],
    ["types", "#end", "$x ", ["str", "[]str"], ["$greeting"]],
    ["types of elements", "#end", "$x []", ["str", "[]str"], ["$greeting"]],
    ["kinds to collect", "#end", "collect ", ["file", "noop"], ["class", "$greeting"]],
    ["nothing in comments", "#end", "# $", [], ["$greeting"]],
    ["nothing in plain text", "#end", '$x = "plain ', [], ["$greeting", "greeting"]],
  ];
  test.each(cases)("%s", async (_, mark, typed, some, none) => {
    await using editor = await Editor.open(files);
    await editor.askAbout("documentSymbol");
    const labels = (await proposals(editor, mark, typed)).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining([...some]));
    expect(labels.filter((label) => none.includes(label))).toEqual([]);
  });

  test("functions of a module that is not imported yet, and the import", async () => {
    await using editor = await Editor.open(files);
    const items = await proposals(editor, "#end", "$x = math.");
    const mod = items.find(({ label }) => label === "math.mod");
    const edits = [field(mod?.item, "textEdit"), field(field(mod?.item, "additionalTextEdits"), "0")];
    const text = applyEdits(editor.text("main.mcl"), edits);
    expect(text).toStartWith('import "math"\nimport "strings"\n');
    expect(text).toEndWith("\n$x = math.mod\n");
  });

  test("types and documentation", async () => {
    await using editor = await Editor.open(files);
    await editor.ask("hover", "$greeting", { after: 1 });
    const items = await proposals(editor, "#class", "$x = $");
    expect(items.find(({ label }) => label === "$greeting")?.detail).toBe("str");
    expect(items.find(({ label }) => label === "$inside")?.detail).toBe("int");
    const fields = await proposals(editor, "#fields", "o");
    const owner = fields.find(({ label }) => label === "owner");
    expect(owner?.detail).toBe("str");
    expect(JSON.stringify(owner?.item)).toContain("User name or numeric id");
  });

  test("kinds that are not built, and says so", async () => {
    await using editor = await Editor.open(files);
    const kinds = await proposals(editor, "#end", "s");
    expect(kinds.find(({ label }) => label === "svc")?.detail).toBe("not built yet");
    expect(kinds.find(({ label }) => label === "file")?.detail).toBeUndefined();
  });

  test("templates, to editors that can fill them in", async () => {
    const capabilities = { textDocument: { completion: { completionItem: { snippetSupport: true } } } };
    await using editor = await Editor.open(files, { capabilities });
    const [content] = (await proposals(editor, "#fields", "con")).filter(({ label }) => label === "content");
    expect(applyEdits(editor.text("main.mcl"), [field(content?.item, "textEdit")])).toContain(
      "exists,\n\t\tcontent => $0,\n",
    );
    expect(field(content?.item, "insertTextFormat")).toBe(2);
  });

  test("after a megabyte of text", async () => {
    await using editor = await Editor.open(`$x = "${"x".repeat(1_000_000)}"\n#end\n`);
    const labels = (await proposals(editor, "#end", "$y = $")).map(({ label }) => label);
    expect(labels).toContain("$x");
  });

  test("what every program has, of a document that never was one", async () => {
    await using editor = await Editor.open("((\n((\n((\n((\n#end\n");
    const labels = (await proposals(editor, "#end", "(le")).map(({ label }) => label);
    expect(labels).toContain("len");
  });
});
