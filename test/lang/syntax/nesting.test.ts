import { describe, expect, test } from "bun:test";
import { maximumDepth, maximumNesting } from "../../../lang/syntax/nesting.ts";
import { complaints, parseText } from "./support.ts";

function nested(open: string, close: string, levels: number): string {
  return `$x = ${open.repeat(levels)}1${close.repeat(levels)}\n`;
}

function ifs(levels: number): string {
  return `${"if ".repeat(levels)}$b${" { true } else { false }".repeat(levels)}`;
}

describe("deep nesting", () => {
  const brackets: readonly (readonly [string, string])[] = [
    ["(", ")"],
    ["[", "]"],
    ["f(", ")"],
    ["$l[", "]"],
    ["{1 => ", "}"],
    ["struct{a => ", "}"],
    ["func() { ", " }"],
    ["if true { ", " } else { 2 }"],
  ];
  test.each(brackets)("%s1%s may be as deep as the limit", (open, close) => {
    expect(complaints(nested(open, close, maximumNesting))).toEqual([]);
  });
  test.each(brackets)("%s1%s may not be deeper", (open, close) => {
    for (const levels of [maximumNesting + 1, 100 * maximumNesting])
      expect(complaints(nested(open, close, levels)).map(({ code }) => code)).toEqual(["nesting-too-deep"]);
  });

  test.each([
    ["not", (levels: number) => `$x = ${"not ".repeat(levels)}true\n`],
    ["a condition of a condition", (levels: number) => `$x = ${ifs(levels)}\n`],
    ["a condition in a statement", (levels: number) => `if ${ifs(levels)} {\n}\n`],
    ["a fallback of a fallback", (levels: number) => `$x = ${"$s->f <|> ".repeat(levels)}1\n`],
    ["a list of lists", (levels: number) => `$x ${"[]".repeat(levels)}int = []\n`],
    ["a function of a function", (levels: number) => `$x ${"func() ".repeat(levels)}int = $y\n`],
    ["blocks", (levels: number) => `${"if true {\n".repeat(levels)}${"}\n".repeat(levels)}`],
  ])("%s", (_, write) => {
    expect(complaints(write(maximumNesting))).toEqual([]);
    for (const levels of [maximumNesting + 1, 100 * maximumNesting])
      expect(complaints(write(levels)).map(({ phase, code }) => [phase, code])).toEqual([
        ["parse", "nesting-too-deep"],
      ]);
  });

  test.each([
    ["+", (count: number) => `$x = 1${" + 1".repeat(count)}\n`],
    ["<|>", (count: number) => `$x = 1${" <|> 1".repeat(count)}\n`],
    ["[]", (count: number) => `$x = $l${"[0]".repeat(count)}\n`],
    ["->", (count: number) => `$x = $s${"->f".repeat(count)}\n`],
  ])("a long chain of %s is not deep", (_, write) => {
    expect(complaints(write(100 * maximumDepth))).toEqual([]);
  });

  test("the place is told", () => {
    const deep = (levels: number): string =>
      nested("(not ", ")", maximumNesting - 1).replace("1", `${"$s->f <|> ".repeat(levels)}1`);
    expect(complaints(deep(0))).toEqual([]);
    const [complaint] = complaints(deep(5));
    expect(complaint?.code).toBe("nesting-too-deep");
    expect(complaint?.span?.start).toBeGreaterThan("$x = ".length + (maximumNesting - 1) * "(not ".length);
  });

  test("brackets and what needs none at once", () => {
    const text = nested("[not ", "]", maximumNesting).replace("1", `${"$s->f <|> ".repeat(maximumNesting)}1`);
    expect(complaints(text).map(({ code }) => code)).toEqual(["nesting-too-deep"]);
  });
});

test("what is long but not deep is no matter", () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `$x${index} = f(${index}) + 1\n`);
  expect(parseText(lines.join("")).statements).toHaveLength(lines.length);
  const elements = Array.from({ length: 20_000 }, (_, index) => `"${index}"`);
  expect(complaints(`file [${elements.join(", ")}] {}\n`)).toEqual([]);
});

test("the documented limits are those that hold", async () => {
  const text = await Bun.file(`${import.meta.dir}/../../../docs/language.md`).text();
  const limits = /may stand ([0-9,]+) deep in each other, and all constructs together\s+([0-9,]+) deep/.exec(
    text,
  );
  expect(limits?.slice(1).map((number) => Number(number.replace(",", "")))).toEqual([
    maximumNesting,
    maximumDepth,
  ]);
});
