/** Lists that documents repeat for the sake of their readers are those of the executable. */
import { expect, test } from "bun:test";
import { mgmt } from "../e2e/support/mgmt.ts";
import { readDocument } from "./support/document.ts";

test("docs/operations.md has every option of run", async () => {
  const { stdout } = await mgmt(["run", "--help"]);
  const offered = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option = ""]) => option);
  const rows = readDocument("docs/operations.md").matchAll(/^\| `--.*?(?<!\\)\|/gm);
  const told = [...rows].flatMap(([row]) => [...row.matchAll(/--[\w-]+/g)].map(([option]) => option));
  expect([...new Set(told)].sort()).toEqual(offered.sort());
});

test("README.md has every command that is not built yet", async () => {
  const { stdout } = await mgmt(["--help"]);
  const missing = /^Not built yet: (.*)$/m.exec(stdout)?.[1];
  const told = /^- these commands: (.*)$/m.exec(readDocument("README.md"))?.[1];
  expect(told).toBe(missing);
});
