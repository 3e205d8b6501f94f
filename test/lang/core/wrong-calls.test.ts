/** Calls with too many, too few or wrong arguments: one mistake each, and it says how the function is called. */
import { describe, expect, test } from "bun:test";
import type { CoreFunction } from "../../../lang/core/define.ts";
import { coreFunctions } from "../../../lang/core/index.ts";
import { callForms } from "../../../lang/core/signature.ts";
import type { Scheme } from "../../../lang/types/type.ts";
import { mistakes, printed } from "../types/support.ts";

/** An expression of the type; an int where any type may stand. */
function sample(type: Scheme): string {
  switch (type.kind) {
    case "bool":
      return "true";
    case "str":
      return '"a"';
    case "float":
      return "1.5";
    case "list":
      return `[${sample(type.element)}]`;
    case "map":
      return `{${sample(type.key)} => ${sample(type.value)}}`;
    case "struct":
      return `struct{${type.fields.map((each) => `${each.name} => ${sample(each.type)}`).join(", ")}}`;
    case "func":
      return `func(${type.args.map((_, index) => `$a${index}`).join(", ")}) { ${sample(type.result)} }`;
    default:
      return "1";
  }
}

function* wrongArguments(declared: CoreFunction): Iterable<readonly string[]> {
  const forms = callForms(declared);
  const longest = forms.at(-1) ?? [];
  const right = longest.map(({ type }) => sample(type));
  const fewest = forms[0]?.length ?? 0;
  if (fewest > 0) yield right.slice(0, fewest - 1);
  if (longest.at(-1)?.isRepeated !== true) yield [...right, "1"];
  for (const [index, { type }] of longest.entries())
    if (type.kind !== "parameter") yield right.with(index, type.kind === "str" ? "3" : '"a"');
}

describe("core functions", () => {
  // `panic` is a statement.
  for (const declared of coreFunctions().filter(({ name }) => name !== "panic")) {
    const { module, name } = declared;
    const alias = module === "" ? "" : `${module.split("/").at(-1)}.`;
    for (const args of wrongArguments(declared)) {
      const call = `${alias}${name}(${args.join(", ")})`;
      test(`${call} in ${module === "" ? "any program" : module}`, async () => {
        const imports = module === "" ? "" : `import "${module}"\n`;
        const found = await mistakes(`${imports}test "t" { interface => ${call}, }\n`);
        expect(found.map(({ phase }) => phase)).toEqual(["type"]);
        expect(found[0]?.notes.join("\n")).toContain(`it is \`${alias}${name}(`);
      });
    }
  }
});

const rows: readonly (readonly [call: string, mistake: string, message: string, note: string])[] = [
  [
    'strings.split("a")',
    "argument-count",
    "`strings.split` takes 2 arguments, got 1",
    "it is `strings.split(a str, b str) []str`",
  ],
  [
    "golang.template()",
    "argument-count",
    "`golang.template` takes 1 or 2 arguments, got 0",
    "it is `golang.template(template str) str` or `golang.template(template str, vars ?1) str`",
  ],
  [
    "iter.range(1, 2, 3, 4)",
    "argument-count",
    "`iter.range` takes 1 to 3 arguments, got 4",
    "it is `iter.range(stop int) []int`, `iter.range(start int, stop int) []int` or `iter.range(start int, stop int, step int) []int`",
  ],
  [
    "list.concat()",
    "argument-count",
    "`list.concat` takes at least 1 argument, got 0",
    "it is `list.concat(lists []?1, …) []?1`",
  ],
  [
    "fmt.printf(3)",
    "type-mismatch",
    "argument 1 of `fmt.printf` must be str, got int",
    "it is `fmt.printf(format str) str` or `fmt.printf(format str, a ?1, …) str`",
  ],
  [
    'fmt.printf("%d", "x")',
    "invalid-call",
    "`fmt.printf`: `%d` takes int, got str",
    "it is `fmt.printf(format str) str` or `fmt.printf(format str, a ?1, …) str`",
  ],
  [
    "iter.map([1], 2)",
    "type-mismatch",
    "argument 2 of `iter.map` must be func(element int) ?1, got int",
    "it is `iter.map(inputs []?1, function func(element ?1) ?2) []?2`",
  ],
];

test.each(rows.map((row) => [...row] as const))("%s", async (call, mistake, message, note) => {
  const code = `import "${call.split(".")[0]}"\ntest "t" { interface => ${call}, }\n`;
  const found = await mistakes(code);
  expect(found.map(printed)).toEqual([`type 2:25 ${mistake}`]);
  expect(found[0]).toMatchObject({ message, notes: [note] });
});
