/** Runs every example of every declaration, from text to value. */
import { afterAll, describe, expect, test } from "bun:test";
import { compile } from "../../../lang/compile.ts";
import { coreFunctions } from "../../../lang/core/index.ts";
import {
  binaryOperators,
  interpolate,
  lookup,
  notOperator,
  structField,
  structFieldOr,
} from "../../../lang/core/operators.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import { print } from "../../../lang/value.ts";
import { kinds } from "../types/support.ts";
import { hostIn } from "./call.ts";

const ending = new AbortController();
afterAll(() => ending.abort());
const host = hostIn("UTC", ending.signal);

const declarations = [
  ...coreFunctions(),
  ...Object.values(binaryOperators),
  notOperator,
  lookup,
  interpolate,
  structField("name"),
  structFieldOr("name"),
];
const examples = declarations.flatMap(({ module, examples }) =>
  Object.entries(examples).map(([expression, expected]) => ({ module, expression, expected })),
);

function compileExample(module: string, expression: string) {
  const imports = module === "" ? "" : `import "${module}"\n`;
  const code = `${imports}test "example" { interface => ${expression}, }\n`;
  return compile({ kind: "code", path: "main.mcl", code }, { read: async () => undefined }, kinds);
}

/** The printed value, or what is wrong. */
async function valueOfExample(module: string, expression: string): Promise<string> {
  const program = await compileExample(module, expression);
  const done = new AbortController();
  try {
    for await (const report of evaluate(program, { host, kinds, signal: done.signal })) {
      if (report.kind !== "graph") return report.diagnostics.map((each) => each.message).join("; ");
      const value = report.graph.resources[0]?.fields.get("interface");
      if (value !== undefined) return print(value);
    }
    return "the program ended without a value";
  } finally {
    done.abort();
  }
}

describe("examples", () => {
  for (const { module, expression, expected } of examples) {
    if (expected === null) {
      test(`${expression} is sound`, async () => {
        await compileExample(module, expression);
      });
    } else {
      test(`${expression} is ${expected}`, async () => {
        expect(await valueOfExample(module, expression)).toBe(expected);
      });
    }
  }
});
