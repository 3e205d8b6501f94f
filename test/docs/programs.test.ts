/** Every program that is shown is evaluated up to its first resource graph, or fails if it is said to. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Phase } from "../../lang/diagnostic.ts";
import { describe as describeOutcome, firstGraph } from "../lang/programs.ts";
import { blocksOf, documents, fileNameOf, filesBelow, root } from "./support/document.ts";

for (const document of documents()) {
  const programs = blocksOf(document).filter(({ language }) => language === "mcl");
  if (programs.length === 0) continue;
  /** By the name under which the reader saved them before. */
  const saved: Record<string, string> = {};
  describe(document, () => {
    for (const block of programs) {
      const name = fileNameOf(block);
      if (name !== undefined) saved[name] = block.text;
      const files = { ...saved };
      const fails = block.flags.includes("fails");
      const expected = fails ? "fails in check" : "is sound";
      test(`the program in line ${block.line} ${expected}`, async () => {
        expect(await verdictOn(block.text, files)).toBe(expected);
      });
    }
  });
}

/** Phases that `mgmt check` does not reach: they need values. */
const later: readonly Phase[] = ["stream", "output", "autoedge"];

async function verdictOn(code: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const outcome = await firstGraph(code, files);
  if (outcome.kind === "graph") return "is sound";
  const phase = outcome.diagnostics[0]?.phase;
  return phase === undefined || later.includes(phase)
    ? `fails late: ${describeOutcome(outcome)}`
    : "fails in check";
}

const examples = filesBelow(join(root, "examples")).filter((path) => path.endsWith(".mcl"));

test("there are examples", () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

describe.each(examples)("%s", (path) => {
  const code = readFileSync(join(root, path), "utf8");

  test("is sound", async () => {
    expect(await verdictOn(code)).toBe("is sound");
  });

  test("says at its top what it is for", () => {
    expect(code).toMatch(/^# .*\.\n/);
  });

  test("stays below /tmp/mgmt-", () => {
    for (const [path] of code.matchAll(/(?<=["\s])\/(?!bin\/sh\b)[\w./-]+/g))
      expect(path).toStartWith("/tmp/mgmt-");
  });
});
