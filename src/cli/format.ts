/** The option `--format`, which several commands have. */
import type { StringArgDef } from "citty";

/** @param formats the first is the default */
export function formatOption<const F extends readonly [string, ...string[]]>(
  ...formats: F
): StringArgDef & { readonly formats: F } {
  return {
    type: "string",
    description: "How to print",
    formats,
    default: formats[0],
    valueHint: formats.join("|"),
  };
}
