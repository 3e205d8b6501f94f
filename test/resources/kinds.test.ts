import { describe, expect, test } from "bun:test";
import { readMeta } from "../../lang/meta.ts";
import { misfitOf } from "../../lang/output/fit.ts";
import type { Type } from "../../lang/types/type.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { loaders } from "../../src/resources/index.ts";
import { readFields, schemaOf } from "../../src/resources/schema.ts";
import { paramsReader } from "../../src/resources/vocabulary.ts";
import { describe as describeOutcome, firstGraph } from "../lang/programs.ts";

const catalogue = new Catalogue();
await catalogue.load(catalogue.names);
const kinds = await Promise.all(
  Object.entries(loaders).map(async ([name, load]) => ({ name, kind: await load() })),
);

/** Data that a parameter of the type takes, and data that it does not; undefined if there is none. */
function samples(type: Type): { readonly right: unknown; readonly wrong: unknown } {
  switch (type.kind) {
    case "bool":
      return { right: true, wrong: "true" };
    case "str":
      return { right: "text", wrong: 1 };
    case "int":
      return { right: 1, wrong: 1.5 };
    case "float":
      return { right: 0.5, wrong: "0.5" };
    case "list":
      return { right: [samples(type.element).right], wrong: [samples(type.element).wrong] };
    case "map": {
      const key = type.key.kind === "str" ? "key" : "1";
      return { right: { [key]: samples(type.value).right }, wrong: { [key]: samples(type.value).wrong } };
    }
    case "struct": {
      const of = (which: "right" | "wrong"): unknown =>
        Object.fromEntries(type.fields.map((field) => [field.name, samples(field.type)[which]]));
      return { right: of("right"), wrong: of("wrong") };
    }
    case "variant":
      return { right: ["any"], wrong: undefined };
    case "func":
      return { right: undefined, wrong: "func" };
  }
}

describe.each(kinds.map((each) => [each.name, each.kind] as const))("%s", (name, kind) => {
  test("is found under its name, and says what it is", () => {
    expect(kind.kind).toBe(name);
    expect(kind.summary).toMatch(/^[A-Z].*\.$/);
    for (const parameter of kind.parameters) {
      expect(parameter.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([parameter.name, parameter.about]).toEqual([
        parameter.name,
        expect.stringMatching(/^[A-Z`].*\.$/s),
      ]);
    }
  });

  test("ArkType reads the same defaults, and wants no parameter", async () => {
    const schema = await schemaOf(kind);
    const filled: unknown = schema({});
    const params = paramsReader(kind.parameters)(new Map());
    const defaults = kind.parameters.map(({ name }) => [name, params[name]]);
    expect(filled).toEqual(Object.fromEntries(defaults.filter(([, value]) => value !== undefined)));
  });

  test("ArkType knows the same types", async () => {
    for (const { name: parameter, type, ...schema } of kind.parameters) {
      const { right, wrong } = samples(type);
      if (right !== undefined) {
        const reading = await readFields(kind, { [parameter]: right });
        if ("error" in reading) throw new Error(reading.error);
        const value = reading.fields.get(parameter);
        expect([parameter, value && misfitOf({ type, ...schema }, value)]).toEqual([parameter, undefined]);
        expect(reading.fields.size).toBe(1);
      }
      if (wrong !== undefined) {
        expect(await readFields(kind, { [parameter]: wrong })).toEqual({
          error: expect.stringMatching(new RegExp(`^${parameter}(\\[0\\]|\\.\\w+)* must be `)),
        });
      }
    }
  });

  test("ArkType knows the same ranges", async () => {
    for (const { name: parameter, range } of kind.parameters) {
      if (range === undefined) continue;
      const { min, max } = range;
      for (const value of [min, max]) {
        expect(await readFields(kind, { [parameter]: value })).toMatchObject({
          fields: new Map([[parameter, value]]),
        });
      }
      const outside =
        typeof min === "bigint" && typeof max === "bigint"
          ? [min - 1n, max + 1n, Number(max) * 2, 0.5, Number.NaN]
          : [Number(min) * 2, Number(max) * 2];
      for (const value of outside) {
        expect(await readFields(kind, { [parameter]: value })).toEqual({
          error: expect.stringMatching(new RegExp(`^${parameter} must be `)),
        });
      }
    }
  });

  test("its constants are values of their parameters", () => {
    for (const [parameter, constants] of Object.entries(kind.constants)) {
      const schema = kind.fields.get(parameter);
      for (const constant of Object.keys(constants ?? {})) {
        const value = catalogue.constant(name, parameter, constant);
        if (schema === undefined || value === undefined)
          throw new Error(`${parameter}.${constant} means nothing`);
        expect(misfitOf(schema, value)).toBeUndefined();
      }
    }
  });

  test("its example is a program that has one of it", async () => {
    const outcome = await firstGraph(kind.example);
    if (outcome.kind === "error") throw new Error(describeOutcome(outcome));
    const mine = outcome.graph.resources.filter((resource) => resource.kind === name);
    expect(mine).not.toEqual([]);
    for (const resource of mine) {
      const meta = readMeta(resource.meta);
      if ("error" in meta) throw new Error(meta.error);
      expect(kind.validate(resource.name, resource.fields, meta)).toBeUndefined();
      for (const field of resource.fields.keys()) expect(kind.fields.has(field)).toBe(true);
    }
  });
});
