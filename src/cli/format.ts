/** The option `--format`, which several commands have. */
import type { EnumArgDef } from "citty";
import { type Arguments, UsageError } from "./arguments.ts";

/** @param formats the first is the default */
export function formatOption<const F extends readonly [string, ...string[]]>(
  ...formats: F
): EnumArgDef & { readonly options: string[]; readonly formats: F } {
  return {
    type: "enum",
    description: "How to print",
    options: [...formats],
    formats,
    default: formats[0],
    valueHint: formats.join("|"),
  };
}

/** @throws UsageError for a format that is none */
export function readFormat<F extends string>(
  command: string,
  args: Arguments,
  { formats }: { readonly formats: readonly F[] },
): F {
  const text = args.text("format");
  const format = formats.find((each) => each === text);
  if (format === undefined)
    throw new UsageError(`${command}: --format is one of ${formats.join(", ")}, not \`${text}\``);
  return format;
}
