import { expect, test } from "bun:test";
import { Editor, field } from "./support/editor.ts";

/** Names with what is in them. */
function outline(symbols: unknown): unknown {
  if (!Array.isArray(symbols)) throw new Error(`no symbols: ${JSON.stringify(symbols)}`);
  return symbols.map((each) => {
    const children = field(each, "children");
    const name = field(each, "name");
    return Array.isArray(children) && children.length > 0 ? [name, outline(children)] : name;
  });
}

const program = `import "strings"
$x = 1
func f($a) { $a }
class base($name) {
	$inside = $name
	file "/tmp/\${name}" {}
}
class base:inner {
	noop ["a", "b"] {}
}
if true {
	print "p" {}
} else {
	for $i, $v in ["x"] {
		$loop = $v
	}
}
`;

test("definitions and resources, each within its class", async () => {
  await using editor = await Editor.open(program);
  expect(outline(await editor.askAbout("documentSymbol"))).toEqual([
    "strings",
    "$x",
    "f",
    ["base", ["$inside", 'file["/tmp/${name}"]', ["inner", ['noop[["a", "b"]]']]]],
    "print[p]",
    "$loop",
  ]);
});

test("the outline stays while a line is broken", async () => {
  await using editor = await Editor.open(program);
  editor.type("$x = 1", "$x = (");
  expect(outline(await editor.askAbout("documentSymbol"))).toEqual([
    "strings",
    "f",
    ["base", ["$inside", 'file["/tmp/${name}"]', ["inner", ['noop[["a", "b"]]']]]],
    "print[p]",
    "$loop",
  ]);
});
