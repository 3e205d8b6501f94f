import type { Type } from "../types/type.ts";

/** A type as a program writes it (language specification, section 14, rule 11); names of arguments have their dollar. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
      return `[]${typeText(type.element)}`;
    case "map":
      return `map{${typeText(type.key)}: ${typeText(type.value)}}`;
    case "struct":
      return `struct{${type.fields.map((field) => `${field.name} ${typeText(field.type)}`).join("; ")}}`;
    case "func": {
      const args = type.args.map((arg) => (arg.name === "" ? "" : `$${arg.name} `) + typeText(arg.type));
      return `func(${args.join(", ")}) ${typeText(type.result)}`;
    }
    default:
      return type.kind;
  }
}
