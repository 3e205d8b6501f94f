import { expect, test } from "bun:test";
import { halvesOf, walk } from "../../../lang/syntax/walk.ts";
import { parseText, statement, textOf } from "./support.ts";

const everything = `$a int = func($p) { $b }(1) + not $c
panic($d)
collect file $e { x => $f ?: $g, Before => $h ?: File[$i], Meta:noop => $j, }
File[$k] -> File[$l]
File[$m].x -> File[$n].y
if $o {
	$p = if $q { $r } else { $s }
} else {
	$t = [$u, ($v)]
}
for $x, $y in $w {
	$x = {$x => $y}
}
forkv $x, $y in $z {
	$x = struct{f => $aa}
}
func f() { $ab[$ac]->f <|> $ad }
class c {
	include d($ae) as e
	import "x"
}
$af = $ag <|> $ah(f($ai))
`;

test("every statement and expression is visited once, in the order of the source", () => {
  const starts: number[] = [];
  const variables: string[] = [];
  let statements = 0;
  walk(parseText(everything), {
    statement(visited) {
      starts.push(visited.span.start);
      statements++;
    },
    expression(visited) {
      starts.push(visited.span.start);
      if (visited.kind === "variable") variables.push(textOf(visited.span));
    },
  });
  const read = everything.match(/\$\w+/g)?.filter((name) => !/^\$(a|p|t|x|y|af)$/.test(name)) ?? [];
  expect(variables.filter((name) => !/^\$(x|y)$/.test(name))).toEqual(read);
  expect(variables).toHaveLength(read.length + 2);
  expect(statements).toBe(18);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test("depth counts the nodes around", () => {
  const depths: number[] = [];
  walk(parseText("class c {\n\t$x = [1]\n}\n"), {
    statement: (_, depth) => depths.push(depth),
    expression: (_, depth) => depths.push(depth),
  });
  expect(depths).toEqual([0, 1, 2, 3]);
});

test.each([
  ['File["a"] -> Svc["b"] -> Pkg["c"]', ["file", "svc", "pkg"]],
  ['File["a"].x -> Svc["b"].y', ["file", "svc"]],
  ['file "a" { x => 1, Before => Svc["b"], Notify => $c ?: Pkg["d"], }', ["svc", "pkg"]],
  ["$x = 1", []],
])("halves of %s", (text, kinds) => {
  expect(halvesOf(statement(text)).map(({ resource }) => resource.text)).toEqual(kinds);
});
