import { expect, test } from "bun:test";
import { Editor, field } from "./support/editor.ts";

const program = `import "strings"
import "iter"
import "fmt"
func pair($left, $right str) { $left + $right }
class base($name, $port int) {
	noop "\${name}" {}
}
$lambda = func($a) { $a + 1 }
print "p" { msg => pair("a", "b"), }
test "t" { int64 => $lambda(1), }
#end
`;

/** The label with the parameter that is being written between `«` and `»`. */
async function shown(editor: Editor, typed: string, before = typed): Promise<unknown> {
  editor.type("#end", typed);
  const help = await editor.ask("signatureHelp", typed, { after: before.length });
  editor.type(typed, "#end");
  if (help === null) return null;
  const signature = field(field(help, "signatures"), String(field(help, "activeSignature")));
  const label = String(field(signature, "label"));
  const active = Number(field(signature, "activeParameter"));
  const span = field(field(field(signature, "parameters"), String(active)) ?? {}, "label");
  if (!Array.isArray(span)) return label;
  return `${label.slice(0, span[0])}«${label.slice(span[0], span[1])}»${label.slice(span[1])}`;
}

test.each<readonly [typed: string, label: unknown]>([
  ["$x = strings.contains(", "strings.contains(«s str», substr str) bool"],
  ['$x = strings.contains("a,b", ', "strings.contains(s str, «substr str») bool"],
  ['$x = strings.contains(pair("a", ', "pair($left str, «$right str») str"],
  ['$x = strings.contains(pair("a", "b"), ', "strings.contains(s str, «substr str») bool"],
  ["$x = strings.contains([1, 2", "strings.contains(«s str», substr str) bool"],
  ['include base("n", ', "class base($name, «$port int»)".slice("class ".length)],
  ["$x = $lambda(", "$lambda(«$a int») int"],
  ["$x = pair(1, 2) + ", null],
  ["$x = unknown(", null],
  ["func new(", null],
  ["panic(", "panic(«x ?1») bool"],
  ["$x = iter.range(", "iter.range(«stop int») []int"],
  ["$x = iter.range(1, ", "iter.range(start int, «stop int») []int"],
  ["$x = iter.range(1, 2, 3, ", "iter.range(start int, stop int, «step int») []int"],
  ['$x = fmt.printf("%d%d", 1, ', "fmt.printf(format str, «a ?1, …») str"],
])("%s", async (typed, label) => {
  await using editor = await Editor.open(program);
  await editor.ask("hover", "pair", { after: 1 });
  expect(await shown(editor, typed)).toBe(label);
});

test("within a call that is complete", async () => {
  await using editor = await Editor.open(program);
  expect(await shown(editor, 'noop pair("a", "b") {}', 'noop pair("a"')).toBe(
    "pair(«$left str», $right str) str",
  );
});
