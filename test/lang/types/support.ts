/** Programs from text to the type phase, with a few resource kinds of the tests' own. */
import { coreCatalogue } from "../../../lang/core/index.ts";
import { type Diagnostic, DiagnosticError } from "../../../lang/diagnostic.ts";
import type { FieldSchema, KindCatalogue, KindSchema } from "../../../lang/kinds.ts";
import { load } from "../../../lang/modules/load.ts";
import { differenceIn } from "../../../lang/output/same-resource.ts";
import { resolve } from "../../../lang/scope/resolve.ts";
import type { ScopedProgram } from "../../../lang/scope/scoped.ts";
import { infer } from "../../../lang/types/infer.ts";
import { bool, float, int, str, type Type, variant } from "../../../lang/types/type.ts";
import type { TypedProgram } from "../../../lang/types/typed.ts";

const texts: Type = { kind: "list", element: str };

function required(type: Type): FieldSchema {
  return { type, optional: false };
}

function optional(type: Type): FieldSchema {
  return { type, optional: true };
}

function kind(
  name: string,
  fields: Readonly<Record<string, FieldSchema>>,
  sends?: Readonly<Record<string, FieldSchema>>,
): KindSchema {
  return {
    kind: name,
    fields: new Map(Object.entries(fields)),
    sends: sends && new Map(Object.entries(sends)),
    receives: name !== "deaf",
    validate: () => undefined,
    difference: differenceIn,
  };
}

const schemas = new Map(
  [
    kind(
      "test",
      {
        boolptr: optional(bool),
        anotherstr: required(str),
        stringptr: optional(str),
        int8: required(int),
        float64: required(float),
        slicestring: required(texts),
        mapintfloat: required({ kind: "map", key: int, value: float }),
        structure: required({
          kind: "struct",
          fields: [
            { name: "a", type: int },
            { name: "b", type: str },
          ],
        }),
        interface: required(variant),
      },
      { hello: required(str), answer: required(int), words: required(texts), maybe: optional(str) },
    ),
    kind("mute", { content: required(str) }),
    kind("deaf", { content: required(str) }),
  ].map((schema) => [schema.kind, schema]),
);

export const kinds: KindCatalogue = {
  names: [...schemas.keys()].sort(),
  load: async () => {},
  get: (name) => schemas.get(name),
  constant: () => undefined,
};

/** Everything up to the type phase. */
export async function scoped(
  code: string,
  files: Readonly<Record<string, string>> = {},
): Promise<ScopedProgram> {
  const read = async (path: string) => files[path];
  const loaded = await load({ kind: "code", path: "main.mcl", code }, { read }, coreCatalogue);
  return resolve(loaded, coreCatalogue, kinds);
}

export async function typed(code: string, files?: Readonly<Record<string, string>>): Promise<TypedProgram> {
  return infer(await scoped(code, files), kinds);
}

/** A mistake as the tables of tests write it: `phase line:column code`. */
export function printed({ phase, code, span }: Diagnostic): string {
  const at = span?.source.position(span.start);
  return `${phase} ${at?.line}:${at?.column} ${code}`;
}

/** What is wrong with a program; nothing if it is sound. */
export async function mistakes(
  code: string,
  files?: Readonly<Record<string, string>>,
): Promise<readonly Diagnostic[]> {
  try {
    await typed(code, files);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
