/** What formatting must never do, tried on every program there is, and on what becomes of these in careless hands. */
import { expect, test } from "bun:test";
import { Source } from "../../../lang/diagnostic.ts";
import { lex } from "../../../lang/syntax/lexer.ts";
import { mutate } from "./mutate.ts";
import { programs } from "./programs.ts";
import { random } from "./random.ts";
import { formatText } from "./support.ts";

const all = programs();

/** Formatting keeps tokens, but for line breaks and the commas before closing brackets, and comments. */
function contentOf(text: string): {
  readonly tokens: readonly string[];
  readonly comments: readonly string[];
} {
  const { spans, comments } = lex(new Source("main.mcl", text));
  const tokens: string[] = [];
  for (const { start, end } of spans) {
    const token = text.slice(start, end);
    if (/^[)\]}]$/.test(token) && tokens.at(-1) === ",") tokens.pop();
    if (token !== "\n") tokens.push(/^-?\d/.test(token) ? String(Number(token)) : token);
  }
  return { tokens, comments: comments.map((comment) => comment.text) };
}

function expectSound(before: string): void {
  const after = formatText(before);
  expect(contentOf(after)).toEqual(contentOf(before));
  expect(formatText(after)).toBe(after);
  const layout = after.replaceAll(/"(?:[^"\\]|\\.)*"|#[^\n]*/gs, "x");
  expect(layout).not.toMatch(/[ \t]\n|\n\n\n|^\n|[^\n\t]\t|\n\t* /);
}

test("the programs are found", () => {
  expect(all.length).toBeGreaterThan(500);
});

test("every program", () => {
  for (const program of all) expectSound(program);
});

test("every program after careless hands", () => {
  const next = random(20240229);
  for (const program of all) expectSound(mutate(program, next));
});
