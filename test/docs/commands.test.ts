/**
 * Every command that is shown is typed, document by document, from top to bottom. Commands of a block `console fails` must
 * fail, all others succeed. What is shown below a command must be what it prints: `…` stands for anything within a line,
 * or, on a line of its own, for any number of lines; the time of day does not matter.
 */
import { describe, expect, test } from "bun:test";
import { basename, join } from "node:path";
import {
  type Block,
  blocksOf,
  documents,
  fileNameOf,
  filesBelow,
  readDocument,
  root,
} from "./support/document.ts";
import { Reader } from "./support/reader.ts";

interface Command {
  readonly line: number;
  readonly text: string;
  readonly shown: string;
}

function commandsOf({ text, line }: Block): readonly Command[] {
  const commands: { line: number; text: string; shown: string }[] = [];
  for (const [index, each] of text.trimEnd().split("\n").entries()) {
    const last = commands.at(-1);
    if (each.startsWith("$ ")) commands.push({ line: line + 1 + index, text: each.slice(2), shown: "" });
    else if (last !== undefined) last.shown += `${each}\n`;
    else throw new Error(`line ${line + 1 + index}: a block of commands begins with one`);
  }
  return commands;
}

function expectShown(actual: string, wanted: string): void {
  const pattern = comparable(wanted)
    .split(/(?<=^|\n)…\n/)
    .map((part) => RegExp.escape(part).replaceAll("…", "[^\\n]*"))
    .join("(?:[^\\n]*\\n)*");
  if (!new RegExp(`^${pattern}$`).test(comparable(actual)))
    expect(comparable(actual)).toBe(comparable(wanted));
}

/** Without the time of day, and without empty lines at the end. */
function comparable(text: string): string {
  return `${text.trimEnd()}\n`.replaceAll(/\b\d\d:\d\d:\d\d\b/g, "HH:MM:SS");
}

for (const document of documents()) {
  const blocks = blocksOf(document);
  if (!blocks.some(({ language }) => language === "console")) continue;
  describe(document, () => {
    test("does what it says", async () => {
      await using reader = new Reader();
      for (const block of blocks) {
        const name = fileNameOf(block);
        if (name !== undefined) reader.save(name, block.text);
        if (block.language !== "console") continue;
        const fails = block.flags.includes("fails");
        for (const { line, text, shown } of commandsOf(block)) {
          const result = await reader.type(text);
          const place = `${document}:${line}: ${text}`;
          if ((result.status !== 0) !== fails) {
            throw new Error(`${place}\nended with ${result.status}:\n${result.shown}`);
          }
          if (shown !== "") expectShown(result.shown, shown);
        }
      }
    });
  });
}

const examples = filesBelow(join(root, "examples")).filter((path) => path.endsWith(".mcl"));

test.each(examples)("%s can be applied, and then kept", async (path) => {
  await using reader = new Reader();
  const name = basename(path);
  reader.save(name, readDocument(path));
  const applied = await reader.type(`mgmt --standalone --once --prefix state ${name}`);
  expect(applied.shown).toContain(", 0 failed, 0 blocked");
  expect(applied.status).toBe(0);
  const kept = await reader.type(`mgmt --standalone --prefix state ${name}`);
  expect(kept.status).toBe(0);
});
