import { describe, expect, test } from "bun:test";
import { coreCatalogue, coreFunctions } from "../../../lang/core/index.ts";
import { binaryOperators, interpolate, lookup, notOperator } from "../../../lang/core/operators.ts";

const names = coreFunctions().map((each) => `${each.module}.${each.name}`);

test("every function has one name", () => {
  expect(names.length).toBe(new Set(names).size);
});

describe("declarations", () => {
  const all = [...coreFunctions(), ...Object.values(binaryOperators), notOperator, lookup, interpolate];
  test.each(all.map((each) => [`${each.module}.${each.name}`, each] as const))(
    "%s is documented",
    (_, each) => {
      expect(each.summary).toMatch(/\.$/);
      for (const text of [each.notes, each.errors]) if (text !== undefined) expect(text).toMatch(/\.$/);
      // `panic` is a statement, of which there is no value to show.
      if (each.name !== "panic") expect(Object.keys(each.examples)).not.toBeEmpty();
    },
  );
});

describe("catalogue", () => {
  test("finds functions by module and name", () => {
    expect(coreCatalogue.get("golang/strings", "trim")?.name).toBe("trim");
    expect(coreCatalogue.get("", "len")?.module).toBe("");
    expect(coreCatalogue.get("strings", "len")).toBeUndefined();
    expect(coreCatalogue.names("list").toSorted()).toEqual(["concat", "lookup"]);
    expect(coreCatalogue.names("nothing")).toEqual([]);
  });

  test("knows modules", () => {
    expect(coreCatalogue.modules.has("example/nested")).toBe(true);
    expect(coreCatalogue.modules.has("golang/path")).toBe(true);
    expect(coreCatalogue.modules.has("")).toBe(false);
    expect(coreCatalogue.modules.has("nothing")).toBe(false);
  });

  test("has the constants of os", () => {
    expect(coreCatalogue.constants("os").get("family_debian")).toBe("debian");
    expect(coreCatalogue.constants("strings").size).toBe(0);
  });
});
