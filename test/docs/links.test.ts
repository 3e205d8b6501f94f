/** No link leads nowhere, and no file that is named is missing. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { documents, readDocument, root } from "./support/document.ts";

const links = documents().flatMap((document) =>
  [...withoutCode(readDocument(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => [document, target] as const)
    .filter(([, target]) => !/^[a-z]+:/.test(target)),
);

test.each(links)("%s links to %s", (document, target) => {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : join(dirname(document), path);
  expect(existsSync(join(root, file))).toBe(true);
  if (anchor !== undefined) expect(headings(file)).toContain(anchor);
});

const sources = documents().flatMap((document) =>
  [...withoutCode(readDocument(document)).matchAll(/`((?:lang|src|test|examples)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => [document, path] as const,
  ),
);

test.each(sources)("%s names %s, which is there", (_, path) => {
  expect(existsSync(join(root, path))).toBe(true);
});

function headings(document: string): readonly string[] {
  return [...withoutCode(readDocument(document)).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}
