import { nearest } from "../../lang/suggest.ts";
import { UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";

/** A command of a group, whose file is loaded when it is asked for. */
export interface Member {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/**
 * A command whose first word says what it is to do.
 * @param name in full: `mgmt cluster`
 * @param otherwise stands in where the first word is none of the members
 */
export function defineGroup({
  name,
  summary,
  members,
  examples,
  otherwise,
}: {
  readonly name: string;
  readonly summary: string;
  readonly members: Readonly<Record<string, Member>>;
  readonly examples?: string;
  readonly otherwise?: Member;
}): Command {
  const width = Math.max(...Object.keys(members).map(({ length }) => length));
  const list = Object.entries(members).map(([word, member]) => `  ${word.padEnd(width)}  ${member.summary}`);
  const help = (): string =>
    [
      `${summary}\n`,
      `Usage: ${name} COMMAND [OPTIONS]\n`,
      "Commands:",
      ...list,
      ...(examples === undefined ? [] : ["", examples]),
      "",
      `${name} COMMAND --help tells about one of them.`,
    ].join("\n");
  return {
    handsOver: true,
    help,
    async run([first, ...rest]) {
      if (first === undefined || first === "--help" || first === "-h") {
        await print(help());
        return 0;
      }
      const member = Object.hasOwn(members, first) ? members[first] : undefined;
      const found = member ?? otherwise;
      if (found === undefined) {
        const meant = nearest(first, Object.keys(members));
        throw new UsageError(
          `${name}: there is no command \`${first}\`; ${meant === undefined ? `see ${name} --help` : `did you mean ${name} ${meant}?`}`,
        );
      }
      const command = await found.load();
      const words = member === undefined ? [first, ...rest] : rest;
      if (words.includes("--help") || words.includes("-h")) {
        await print(command.help());
        return 0;
      }
      return command.run(words);
    },
  };
}
