/** What a command of the command line is: its help text and its deed. */
import type { ArgDef, ArgsDef } from "citty";

export interface Command {
  /** Every word belongs to another program, `--help` included. */
  readonly handsOver?: boolean;
  /** Whether there is nothing to do if it is called without a word: it helps then. */
  isIdle?(): boolean;
  help(): string;
  /** @returns the exit status */
  run(args: readonly string[]): Promise<number>;
}

/**
 * A command with options.
 * @param usage the shape, such as `mgmt check [OPTIONS] INPUT...`
 */
export function defineCommand(definition: {
  readonly summary: string;
  readonly usage: string;
  readonly options: ArgsDef;
  readonly examples?: string;
  isIdle?(): boolean;
  run(args: readonly string[]): Promise<number>;
}): Command {
  const { summary, usage, options, examples, run, isIdle } = definition;
  return {
    help: () =>
      [
        `${summary}\n`,
        `Usage: ${usage}`,
        ...optionTable(options),
        ...(examples === undefined ? [] : ["", examples]),
      ].join("\n"),
    run,
    ...(isIdle === undefined ? {} : { isIdle }),
  };
}

/** What is on unless told otherwise is listed by what switches it off. */
function optionTable(options: ArgsDef): readonly string[] {
  const rows = Object.entries(options).map(([name, option]): readonly [string, string] => {
    if (option.type === "boolean" && option.default === true)
      return [`--no-${name}`, option.negativeDescription ?? ""];
    const hint = option.valueHint === undefined ? "" : ` ${option.valueHint}`;
    return [`--${name}${hint}`, `${option.description ?? ""}${defaultOf(option)}`];
  });
  const width = Math.max(...rows.map(([option]) => option.length));
  const lines = rows.map(([option, description]) => `  ${option.padEnd(width)}  ${description}`);
  return lines.length === 0 ? [] : ["", "Options:", ...lines];
}

function defaultOf(option: ArgDef): string {
  return typeof option.default === "string" ? ` (default: ${option.default})` : "";
}
