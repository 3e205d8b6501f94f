import { nearest } from "../../lang/suggest.ts";
import { UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";

/** Commands by the word that stands behind the name of their group. Each is loaded when it is asked for. */
export type Subcommands = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/**
 * A command whose first argument names another one, such as `mgmt snapshot save`.
 * @param name for messages: `mgmt snapshot`
 */
export function defineGroup(name: string, summary: string, commands: Subcommands): Command {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((each) => each.length));
  const help = (): string =>
    [
      `${summary}\n`,
      `Usage: ${name} COMMAND [OPTIONS] [ARGUMENTS]\n`,
      "Commands:",
      ...Object.entries(commands).map(([each, command]) => `  ${each.padEnd(width)}  ${command.summary}`),
      `\n${name} COMMAND --help tells about one command.`,
    ].join("\n");
  return {
    // The help that is asked for may be that of the other command.
    handsOver: true,
    help,
    async run([first, ...rest]) {
      if (first === undefined || first === "--help" || first === "-h") {
        await print(help());
        return first === undefined ? 2 : 0;
      }
      if (!Object.hasOwn(commands, first)) {
        const meant = nearest(first, names);
        const hint = meant === undefined ? `it has ${names.join(", ")}` : `did you mean ${name} ${meant}?`;
        throw new UsageError(`${name}: there is no command \`${first}\`; ${hint}`);
      }
      const command = await commands[first]?.load();
      if (rest.includes("--help") || rest.includes("-h")) {
        await print(command?.help() ?? "");
        return 0;
      }
      return (await command?.run(rest)) ?? 2;
    },
  };
}
