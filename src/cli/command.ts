/** What a command of the command line is: its help text and its deed. */
import { type ArgsDef, renderUsage } from "citty";

export interface Command {
  help(): Promise<string>;
  /** @returns the exit status */
  run(args: readonly string[]): Promise<number>;
}

/**
 * A command with options.
 * @param usage the shape, such as `mgmt check [OPTIONS] INPUT...`
 */
export function defineCommand(definition: {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: ArgsDef;
  readonly examples?: string;
  run(args: readonly string[]): Promise<number>;
}): Command {
  const { name, summary, usage, options, examples, run } = definition;
  return {
    async help() {
      const { stripVTControlCharacters } = await import("node:util");
      const rendered = await renderUsage({ meta: { name: `mgmt ${name}`, description: summary }, args: options });
      const text = stripVTControlCharacters(rendered);
      const start = text.indexOf("OPTIONS\n");
      const table = start < 0 ? "" : `\nOptions:\n${text.slice(start + "OPTIONS\n".length).trimEnd()}\n`;
      return `${summary}\n\nUsage: ${usage}\n${table}${examples === undefined ? "" : `\n${examples}`}`.trimEnd();
    },
    run,
  };
}
