import { isMetaParameter, type MetaName, type MetaSettings, metaParameters } from "../../lang/meta.ts";
import { printType } from "../../lang/types/type.ts";
import type { Value } from "../../lang/value.ts";
import { toValue } from "./plain-value.ts";

export type MetaReading =
  | {
      readonly settings: MetaSettings;
      /** Keys that are no metaparameters. */
      readonly unknown: readonly string[];
    }
  | { readonly error: string };

/** Reads metaparameters from data that does not come from a program, such as parsed YAML; null is unset. */
export function readMetaSettings(data: Readonly<Record<string, unknown>>): MetaReading {
  const settings = new Map<MetaName, Value>();
  const unknown: string[] = [];
  for (const [name, plain] of Object.entries(data)) {
    if (!isMetaParameter(name)) {
      unknown.push(name);
      continue;
    }
    if (plain === null || plain === undefined) continue;
    const { type } = metaParameters[name];
    const value = toValue(type, plain);
    if (value === undefined) return { error: `${name} must be ${printType(type)}` };
    settings.set(name, value);
  }
  return { settings, unknown };
}
