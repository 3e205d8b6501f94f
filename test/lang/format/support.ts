/** What the tests of the formatter share. */
import { expect, test } from "bun:test";
import { Source } from "../../../lang/diagnostic.ts";
import { format } from "../../../lang/format/format.ts";

export function formatText(text: string): string {
  return format(new Source("main.mcl", text));
}

/** The text becomes the other one, which stays as it is. */
export function formats(title: string, before: string, after: string): void {
  test(title, () => {
    expect(formatText(before)).toBe(after);
    expect(formatText(after)).toBe(after);
  });
}

/** One line for each program, which is all of it but the final newline; a program alone stays as it is. */
export function formatsLines(lines: readonly (string | readonly [before: string, after: string])[]): void {
  for (const line of lines) {
    const [before, after] = typeof line === "string" ? [line, line] : line;
    const title = before.replaceAll("\n", "⏎");
    formats(before === after ? `${title} stays` : title, `${before}\n`, `${after}\n`);
  }
}
