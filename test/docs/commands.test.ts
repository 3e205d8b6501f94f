/**
 * Every command that is shown is typed, document by document, from top to bottom. Commands of a block `console fails` must
 * fail, all others succeed. What is shown below a command must be what it prints: `…` stands for anything within a line,
 * or, on a line of its own, for any number of lines; the time of day does not matter. What takes several machines is in
 * `cluster-commands.test.ts`.
 */
import { describe, expect, test } from "bun:test";
import { basename, join } from "node:path";
import { blocksOf, documents, fileNameOf, filesBelow, readDocument, root } from "./support/document.ts";
import { Reader } from "./support/reader.ts";
import { commandsOf, comparable, isShown } from "./support/shown.ts";
import { isPlayed } from "./support/stage.ts";

function expectShown(actual: string, wanted: string): void {
  if (!isShown(actual, wanted)) expect(comparable(actual)).toBe(comparable(wanted));
}

for (const document of documents()) {
  const blocks = blocksOf(document);
  if (!blocks.some((block) => block.language === "console" && !isPlayed(block))) continue;
  describe(document, () => {
    test("does what it says", async () => {
      await using reader = new Reader();
      for (const block of blocks) {
        const name = fileNameOf(block);
        if (name !== undefined) reader.save(name, block.text);
        if (block.language !== "console" || isPlayed(block)) continue;
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

const examples = filesBelow(join(root, "examples")).filter(
  (path) => path.endsWith(".mcl") && !path.includes("/cluster/"),
);

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
