/** Commands as documents show them, and what they print. */
import type { Block } from "./document.ts";

/** A command that a document shows. */
export interface Command {
  readonly line: number;
  /** The machine that it is typed on, where the prompt says so: `h1$ `. */
  readonly host: string | undefined;
  /** As it is typed; a line that ends in `\` goes on in the next. */
  readonly text: string;
  /** What is shown below it; empty if nothing is. */
  readonly shown: string;
}

export function commandsOf({ text, line }: Block): readonly Command[] {
  const commands: { line: number; host: string | undefined; text: string; shown: string }[] = [];
  for (const [index, each] of text.trimEnd().split("\n").entries()) {
    const last = commands.at(-1);
    const prompt = /^(\w*)\$ (.*)$/.exec(each);
    if (prompt !== null) {
      const [, host = "", typed = ""] = prompt;
      commands.push({ line: line + 1 + index, host: host || undefined, text: typed, shown: "" });
    } else if (last === undefined)
      throw new Error(`line ${line + 1 + index}: a block of commands begins with one`);
    else if (last.shown === "" && last.text.endsWith("\\")) last.text += `\n${each}`;
    else last.shown += `${each}\n`;
  }
  return commands;
}

/**
 * Whether something was printed as it is shown: `…` stands for anything within a line, or, on a line of its own, for any
 * number of lines; the time of day does not matter.
 */
export function isShown(actual: string, wanted: string): boolean {
  const pattern = comparable(wanted)
    .split(/(?<=^|\n)…\n/)
    .map((part) => RegExp.escape(part).replaceAll("…", "[^\\n]*"))
    .join("(?:[^\\n]*\\n)*");
  return new RegExp(`^${pattern}$`).test(comparable(actual));
}

/** Without the time of day, empty lines at the end, and the widths of columns, which follow from what else is in them. */
export function comparable(text: string): string {
  return `${text.trimEnd()}\n`
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "HH:MM:SS")
    .replaceAll(/(?<=\S) {2,}/g, "  ");
}
