import { expect, test } from "bun:test";
import { applyEdits, Editor } from "./support/editor.ts";

const options = { options: { tabSize: 4, insertSpaces: false } };

test("brings a document into canonical form", async () => {
  await using editor = await Editor.open('$a="é𝄞"\nnoop "𝄞${a}"   {\n  comment=>$a,\n}\n');
  const edits = await editor.askAbout("formatting", "main.mcl", options);
  expect(applyEdits(editor.text("main.mcl"), edits)).toBe('$a = "é𝄞"\nnoop "𝄞${a}" {\n\tcomment => $a,\n}\n');
});

test("has nothing to say of what is formatted, and of what is no program", async () => {
  await using editor = await Editor.open("$a = 1\n");
  expect(await editor.askAbout("formatting", "main.mcl", options)).toEqual([]);
  editor.type("1", "(");
  expect(await editor.askAbout("formatting", "main.mcl", options)).toBeNull();
});
