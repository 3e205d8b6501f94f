/** Programs laid out anew at random: the same program, as nobody would write it. */
import { Source } from "../../../lang/diagnostic.ts";
import { sameTree } from "../../../lang/format/same-tree.ts";
import type { Program } from "../../../lang/syntax/ast.ts";
import { lex } from "../../../lang/syntax/lexer.ts";
import { parseText } from "../syntax/support.ts";
import type { Random } from "./random.ts";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** @returns a program with the same meaning, with other blanks, line breaks and comments */
export function mutate(text: string, random: Random): string {
  const program = parseText(text);
  let pieces = piecesOf(text);
  for (let attempts = 0; attempts < 8; attempts++) {
    const changed = pieces.toSpliced(
      0,
      pieces.length,
      ...(random(2) === 0 ? breakBrackets(pieces, random) : breakLine(pieces, random)),
    );
    if (isSame(program, changed.join(" "))) pieces = changed;
  }
  return respace(pieces, random, (candidate) => isSame(program, candidate));
}

/** The tokens, each line break with the comment before it. */
function piecesOf(text: string): readonly string[] {
  const { spans, comments } = lex(new Source("main.mcl", text));
  let comment = 0;
  return spans.map(({ start, end }) => {
    const token = text.slice(start, end);
    const next = comments[comment];
    if (token !== "\n" || next === undefined || next.span.start > start) return token;
    comment++;
    return `#${next.text}\n`;
  });
}

function isLineBreak(piece: string): boolean {
  return piece.endsWith("\n") && !piece.startsWith('"');
}

/** Puts what is between a pair of brackets on lines of its own, if it can be. */
function breakBrackets(pieces: readonly string[], random: Random): readonly string[] {
  const opening = pickWhere(pieces, random, (piece) => piece in closing);
  const stack: string[] = [];
  const out: string[] = [...pieces.slice(0, opening + 1), lineBreak(random)];
  for (let index = opening + 1; index < pieces.length; index++) {
    const piece = pieces[index] ?? "";
    const close = closing[piece];
    if (close !== undefined) stack.push(close);
    else if (stack.length > 0 && piece === stack.at(-1)) stack.pop();
    else if (stack.length === 0 && piece === ",") {
      out.push(piece, lineBreak(random));
      continue;
    } else if (stack.length === 0 && /^[)\]}]$/.test(piece)) {
      const comma = random(3) === 0 || isLineBreak(out.at(-1) ?? "") ? [] : [","];
      return [...out, ...comma, lineBreak(random), ...pieces.slice(index)];
    }
    out.push(piece);
  }
  return pieces;
}

/** A line break or a comment where there was none. */
function breakLine(pieces: readonly string[], random: Random): readonly string[] {
  const at =
    random(2) === 0
      ? random(pieces.length + 1)
      : pickWhere(pieces, random, (piece) => isLineBreak(piece) || /^[{}]$/.test(piece));
  return pieces.toSpliced(at, 0, lineBreak(random));
}

function lineBreak(random: Random): string {
  return random(2) === 0 ? "\n" : `# ${random(1000)} } ) " {\n`;
}

function pickWhere(pieces: readonly string[], random: Random, wanted: (piece: string) => boolean): number {
  const places = pieces.flatMap((piece, index) => (wanted(piece) ? [index] : []));
  return places[random(places.length)] ?? 0;
}

/** Other blanks between the pieces; none where that makes no difference. */
function respace(pieces: readonly string[], random: Random, isGood: (text: string) => boolean): string {
  const blank = (): string => ["", " ", "\t", "   ", " \t "][random(5)] ?? "";
  const text = pieces.map((piece) => blank() + piece).join("");
  return isGood(text) ? text : pieces.map((piece) => (blank() || " ") + piece).join("");
}

function isSame(program: Program, text: string): boolean {
  try {
    return sameTree(program.statements, parseText(text).statements);
  } catch {
    return false;
  }
}
