/** What becomes of a program while the files that it reads change (dataflow specification, 2 to 4). */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { compile } from "../../../lang/compile.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import { createHost } from "../../../src/agent/host.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import { linesOf, programText } from "./case.ts";
import { FilesInMemory } from "./files-in-memory.ts";

let ending: AbortController;
beforeEach(() => {
  ending = new AbortController();
});
afterEach(() => ending.abort());

/** What is changed (see {@link FilesInMemory.change}), and what is reported then. */
type Step = readonly [changes: string, report: string];

const nothing = "nothing new";

/**
 * @param program may use `os`, `iter`, `convert` and `strings`
 * @param steps all changes of a step come at once; reports are the lines of the graph separated by commas, or phase and
 *   position of an error; lines of the program count from the one after the imports
 */
function reactive(title: string, program: string, ...steps: readonly Step[]): void {
  test(title, async () => {
    const imports = ["os", "iter", "convert", "strings"].map((name) => `import "${name}"\n`);
    const code = imports.join("") + programText(`${program}\n`);
    const kinds = new Catalogue();
    const input = { kind: "code", code, path: "main.mcl" } as const;
    const typed = await compile(input, { read: async () => undefined }, kinds);
    const files = new FilesInMemory();
    const { signal } = ending;
    const host = files.on(createHost({ hostname: "h1", log: () => {}, signal }));
    files.change(steps[0]?.[0] ?? "");
    let due: (() => void) | undefined;
    const evaluation = evaluate(typed, {
      host,
      kinds,
      signal,
      checkInvariants: true,
      schedule: (tick) => {
        due = tick;
      },
    });
    let upcoming = evaluation.next();
    for (const [index, [changes, expected]] of steps.entries()) {
      if (index > 0) files.change(changes);
      for (let tick = due; tick !== undefined; tick = due) {
        due = undefined;
        tick();
      }
      const report = await Promise.race([upcoming, later()]);
      if (report !== undefined) upcoming = evaluation.next();
      let found = nothing;
      if (report?.kind === "graph") found = linesOf(report.graph).toSorted().join(", ");
      if (report?.kind === "error") {
        const [first] = report.diagnostics;
        const at = first?.span?.source.position(first.span.start);
        found = `${first?.phase} ${(at?.line ?? 0) - imports.length}:${at?.column}`;
      }
      expect(found, `step ${index}: ${changes}`).toBe(expected);
    }
    ending.abort();
    expect(files.watched).toEqual([]);
  });
}

/** After all that is settled by now has been handed over. */
async function later(): Promise<undefined> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

describe("branches", () => {
  reactive(
    "what comes back is as good as new",
    `
    if os.file_exists("a") {
      test "on" { anotherstr => os.readfile("b") <|> "none", }
    } else {
      test "off" {}
    }`,
    ["", "test[off]"],
    ["b=x", nothing],
    ["a=1", 'test[on] anotherstr="x"'],
    ["b=y", 'test[on] anotherstr="y"'],
    ["b", 'test[on] anotherstr="none"'],
    ["a", "test[off]"],
    ["b=q", nothing],
    ["a=1", 'test[on] anotherstr="q"'],
    ["b=z", 'test[on] anotherstr="z"'],
  );
  reactive(
    "in loops in branches",
    `
    if os.file_exists("a") {
      for $i, $v in ["p", "q"] {
        if os.file_exists($v) {
          test "\${v}" {}
        } else {
          test "no-\${v}" {}
        }
      }
    }`,
    ["", ""],
    ["a=1", "test[no-p], test[no-q]"],
    ["p=1", "test[no-q], test[p]"],
    ["a", ""],
    ["q=1", nothing],
    ["a=1", "test[p], test[q]"],
    ["q", "test[no-q], test[p]"],
  );
  reactive(
    "the choice of a function",
    `
    $f = if os.file_exists("a") { func($x) { $x + "!" } } else { func($x) { $x + "?" } }
    test [$f("q"), $f("r")] {}`,
    ["", "test[q?], test[r?]"],
    ["a=1", "test[q!], test[r!]"],
    ["a", "test[q?], test[r?]"],
  );
  reactive(
    "conditions of lines",
    `
    $c = os.file_exists("a")
    test "t" { int8 => $c ?: 5, Notify => $c ?: Test["u"], Meta:noop => $c ?: true, }
    test "u" {}`,
    ["", "test[t], test[u]"],
    ["a=1", "test[t] => test[u], test[t] Meta:noop=true int8=5, test[u]"],
    ["a", "test[t], test[u]"],
  );
});

describe("collections", () => {
  reactive(
    "a loop follows its list by position",
    `
    for $i, $v in strings.split(os.readfile("a") <|> "x", ",") {
      test "\${v}" { int8 => $i, }
    }`,
    ["", "test[x] int8=0"],
    ["a=x,y", "test[x] int8=0, test[y] int8=1"],
    ["a=y,x", "test[x] int8=1, test[y] int8=0"],
    ["a=y", "test[y] int8=0"],
    ["a=y,y", "output 2:3"],
    ["a=y,z", "test[y] int8=0, test[z] int8=1"],
  );
  reactive(
    "a loop follows its map by key",
    `
    $m = if os.file_exists("a") { {"x" => 1, "y" => 2} } else { {"y" => 3} }
    forkv $k, $v in $m {
      test "\${k}" { int8 => $v, anotherstr => os.readfile($k) <|> "", }
    }`,
    ["", 'test[y] anotherstr="" int8=3'],
    ["a=1", 'test[x] anotherstr="" int8=1, test[y] anotherstr="" int8=2'],
    ["y=Y", 'test[x] anotherstr="" int8=1, test[y] anotherstr="Y" int8=2'],
    ["a", 'test[y] anotherstr="Y" int8=3'],
  );
  reactive(
    "each element of iter.map has its own sources",
    `
    $l = strings.split(os.readfile("a") <|> "x", ",")
    test iter.map($l, func($f) { os.readfile($f) <|> "no-" + $f }) {}`,
    ["", "test[no-x]"],
    ["x=X", "test[X]"],
    ["a=x,y", "test[X], test[no-y]"],
    ["y=Y", "test[X], test[Y]"],
    ["a=y", "test[Y]"],
    ["x=X2", nothing],
    ["a=y,x", "test[X2], test[Y]"],
    ["x", "test[Y], test[no-x]"],
  );
  reactive(
    "iter.reduce grows and shrinks",
    `
    $l = strings.split(os.readfile("a") <|> "x", ",")
    test [iter.reduce("", $l, func($sum, $x) { $sum + $x })] {}`,
    ["", "test[x]"],
    ["a=x,y,z", "test[xyz]"],
    ["a=z", "test[z]"],
  );
});

describe("fallbacks", () => {
  reactive(
    "the first that has a value",
    `
    $x = os.readfile("a") <|> os.readfile("b") <|> os.readfile("c")
    test [$x <|> "z"] {}`,
    ["", "test[z]"],
    ["c=C", "test[C]"],
    ["a=A", "test[A]"],
    ["b=B", nothing],
    ["a", "test[B]"],
    ["c", nothing],
    ["b", "test[z]"],
    ["a=A c=C", "test[A]"],
  );
  reactive(
    "a path that is itself read",
    'test [os.readfile(os.readfile("p") <|> "a") <|> "none"] {}',
    ["", "test[none]"],
    ["a=A", "test[A]"],
    ["b=B", nothing],
    ["p=b", "test[B]"],
    ["a=A2", nothing],
    ["b=B2", "test[B2]"],
    ["p", "test[A2]"],
  );
});

describe("mistakes pass", () => {
  reactive(
    "a failure that nothing catches",
    'test [os.readfile("a")] {}',
    ["", "stream 1:7"],
    ["a=v", "test[v]"],
    ["a", "stream 1:7"],
    ["a=v", "test[v]"],
  );
  reactive(
    "a failure in a branch, with the branch",
    `
    if os.file_exists("a") {
      test [os.readfile("b")] {}
    }
    test "t" {}`,
    ["", "test[t]"],
    ["a=1", "stream 2:9"],
    ["a", "test[t]"],
    ["a=1", "stream 2:9"],
    ["b=B", "test[B], test[t]"],
  );
  reactive(
    "a panic",
    'panic((os.readfile("a") <|> "") == "boom")\ntest "t" {}',
    ["", "test[t]"],
    ["a=boom", "stream 1:1"],
    ["a=ok", "test[t]"],
  );
  reactive(
    "an edge to nothing",
    `
    test "x" {}
    if not os.file_exists("a") {
      test "y" {}
    }
    Test["x"] -> Test["y"]`,
    ["", "test[x], test[x] -> test[y], test[y]"],
    ["a=0", "output 5:1"],
    ["a=2", nothing],
    ["a", "test[x], test[x] -> test[y], test[y]"],
  );
  reactive(
    "a duplicate",
    `
    test "x" { anotherstr => os.readfile("a") <|> "1", }
    test "x" { anotherstr => "1", }`,
    ["", 'test[x] anotherstr="1"'],
    ["a=2", "output 2:1"],
    ["a=1", 'test[x] anotherstr="1"'],
  );
  reactive(
    "an overflow",
    'test "x" { int8 => convert.str_to_int(os.readfile("a") <|> "1"), }',
    ["", "test[x] int8=1"],
    ["a=300", "output 1:12"],
    ["a=x", "stream 1:20"],
    ["a=7", "test[x] int8=7"],
  );
  reactive(
    "a cycle",
    `
    test "a" {}
    test "b" { Before => os.file_exists("f") ?: Test["a"], }
    Test["a"] -> Test["b"]`,
    ["", "test[a], test[a] -> test[b], test[b]"],
    ["f=1", "output 2:1"],
    ["f", "test[a], test[a] -> test[b], test[b]"],
  );
});

describe("graphs", () => {
  reactive(
    "are new only if they differ",
    'test "t" { int8 => len(os.readfile("a") <|> "0"), }',
    ["", "test[t] int8=1"],
    ["a=5", nothing],
    ["a=55", "test[t] int8=2"],
    ["a=66", nothing],
  );
  reactive(
    "show all changes of one moment at once",
    `
    $a = os.readfile("a") <|> "0"
    test "t" { anotherstr => $a + (os.readfile("b") <|> "0") + (if $a == "1" { os.readfile("b") <|> "" } else { "" }), }`,
    ["", 'test[t] anotherstr="00"'],
    ["a=1 b=2", 'test[t] anotherstr="122"'],
    ["a=1 b=2", nothing],
  );
  reactive(
    "the variables of an include follow its argument",
    `
    class c($p) {
      $x = $p + "!"
      func f($q) { $q + $x }
    }
    include c(os.readfile("a") <|> "n") as i
    test [$i.x, i.f("z")] {}`,
    ["", "test[n!], test[zn!]"],
    ["a=b", "test[b!], test[zb!]"],
  );
});
