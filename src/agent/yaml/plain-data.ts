import type { Type } from "../../../lang/types/type.ts";
import type { Item } from "./parse-yaml.ts";

/**
 * The data that YAML stands for where a value of a type is wanted. Text need not be quoted: where it is wanted,
 * `0644` is what is written there, and no number.
 */
export function plainData(item: Item, type: Type | undefined): unknown {
  switch (item.kind) {
    case "scalar":
      return type?.kind === "str" && item.value !== null ? item.text : item.value;
    case "list": {
      const element = type?.kind === "list" ? type.element : undefined;
      return item.items.map((each) => plainData(each, element));
    }
    case "map":
      return Object.fromEntries(
        item.entries.map(({ key, value }) => [key, plainData(value, memberType(type, key))]),
      );
  }
}

function memberType(type: Type | undefined, key: string): Type | undefined {
  if (type?.kind === "map") return type.value;
  return type?.kind === "struct" ? type.fields.find(({ name }) => name === key)?.type : undefined;
}
