/** Runs every example of every declaration, from text to value. */
import { afterAll, describe, expect, test } from "bun:test";
import { coreFunctions } from "../../../lang/core/index.ts";
import {
  binaryOperators,
  interpolate,
  lookup,
  notOperator,
  structField,
  structFieldOr,
} from "../../../lang/core/operators.ts";
import { hostIn } from "./call.ts";
import { programOf, resultOf } from "./result-of.ts";

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

const modulesOf = (module: string): readonly string[] => (module === "" ? [] : [module]);

describe("examples", () => {
  for (const { module, expression, expected } of examples) {
    if (expected === null) {
      test(`${expression} is sound`, async () => {
        await programOf(expression, modulesOf(module));
      });
    } else {
      test(`${expression} is ${expected}`, async () => {
        expect(await resultOf(expression, modulesOf(module), host)).toBe(expected);
      });
    }
  }
});
