/** What a machine alone does not need is not loaded. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** All that a file loads at once, and what that loads; packages by their names. */
function loadedBy(entry: string): ReadonlySet<string> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const found = new Set([entry]);
  for (const file of found) {
    if (!file.endsWith(".ts")) continue;
    for (const { path, kind } of transpiler.scanImports(readFileSync(file, "utf8"))) {
      if (kind === "import-statement") found.add(path.startsWith(".") ? resolve(dirname(file), path) : path);
    }
  }
  return found;
}

const source = (path: string): string => join(import.meta.dir, "..", "..", "..", path);
const ofStores = (files: ReadonlySet<string>): readonly string[] =>
  [...files].filter((path) => /etcd3|grpc|\/etcd\/client\/(?!error\.ts)/.test(path));

test.each(["src/agent/agent.ts", "src/cli/run.ts", "src/main.ts"])(
  "%s loads no client of a store",
  (path) => {
    expect(ofStores(loadedBy(source(path)))).toEqual([]);
  },
);

test("what opens a store does", () => {
  expect(ofStores(loadedBy(source("src/agent/store/open-store.ts")))).toContain("etcd3");
});
