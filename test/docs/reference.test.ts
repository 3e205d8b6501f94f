import { expect, test } from "bun:test";
import { join } from "node:path";
import { referencePages } from "../../docs/generate.ts";
import { filesBelow, readDocument, root } from "./support/document.ts";

test("docs/reference says what the declarations say; if not, `bun run docs` makes it so", async () => {
  const written = filesBelow(join(root, "docs", "reference")).map((path) => [path, readDocument(path)]);
  const wanted = [...(await referencePages())].map(([path, text]) => [`docs/reference/${path}`, text]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(wanted));
});
