/** Types as templates know them, with the names that messages and `%T` show (functions specification, section 7). */

export type BasicKind = "bool" | "string" | "int" | "int64" | "uint8" | "float64" | "complex128";

export type TemplateType =
  | { readonly kind: BasicKind }
  /** Holds values of any type; in lists and maps whose elements differ, or would need fields in lower case. */
  | { readonly kind: "any" }
  | SliceType
  | MapType
  | StructType;

export interface SliceType {
  readonly kind: "slice";
  readonly element: TemplateType;
}

export interface MapType {
  readonly kind: "map";
  readonly key: TemplateType;
  readonly value: TemplateType;
}

export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly { readonly name: string; readonly type: TemplateType }[];
}

export const any: TemplateType = { kind: "any" };
export const string: TemplateType = { kind: "string" };

/** As `%T` shows it: `[]string`, `map[string]interface {}`. */
export function typeName(type: TemplateType): string {
  switch (type.kind) {
    case "any":
      return "interface {}";
    case "slice":
      return `[]${typeName(type.element)}`;
    case "map":
      return `map[${typeName(type.key)}]${typeName(type.value)}`;
    case "struct":
      return `struct { ${type.fields.map(({ name, type: each }) => `${name} ${typeName(each)}`).join("; ")} }`;
    default:
      return type.kind;
  }
}
