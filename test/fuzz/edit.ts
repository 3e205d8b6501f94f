/** Programs changed at random, by tokens and by characters: most are programs no more, and some nearly. */
import type { Random } from "../lang/format/random.ts";
import { tokensOf, type Vocabulary } from "./vocabulary.ts";

const characters = [...'"\\${}()[]<>|?:,.#=+-*/ \t\n\r09azAZ_é\u0000\ud800\u{1f600}'];

export function edit(text: string, vocabulary: Vocabulary, random: Random): string {
  let edited = text;
  for (let count = 1 + random(4); count > 0; count--) {
    const way = random(16);
    if (way === 0) edited = editCharacters(edited, random);
    else if (way < 3) edited = editTokens(edited, vocabulary, random);
    else if (way < 6) edited = editLines(edited, vocabulary, random);
    else edited = replaceToken(edited, vocabulary, random);
  }
  return edited.endsWith("\n") || random(8) === 0 ? edited : `${edited}\n`;
}

/** Puts one in the place of another that might as well stand there: what parsed mostly still does. */
function replaceToken(text: string, vocabulary: Vocabulary, random: Random): string {
  const tokens = tokensOf(text);
  const places = tokens.flatMap((each, index) => (/^[\w"$]/.test(each) ? [index] : []));
  const at = places[random(places.length)] ?? 0;
  // Mostly a word of the same program, which has a meaning there.
  const words = random(3) === 0 ? vocabulary.tokens : vocabulary.like(tokens[at] ?? "");
  const near = tokens.filter((each) => words.includes(each));
  const word = random(2) === 0 ? near[random(near.length)] : words[random(words.length)];
  return tokens.toSpliced(at, 1, word ?? "").join("");
}

function editLines(text: string, { lines: others }: Vocabulary, random: Random): string {
  const lines: readonly string[] = text.match(/[^\n]*\n/g) ?? [];
  const at = random(lines.length + 1);
  const to = random(lines.length + 1);
  const changed = [
    () => lines.toSpliced(at, 1),
    () => lines.toSpliced(to, 0, lines[at] ?? ""),
    () => lines.toSpliced(at, 1).toSpliced(to, 0, lines[at] ?? ""),
    () => lines.toSpliced(at, 0, others[random(others.length)] ?? ""),
  ][random(4)];
  return (changed?.() ?? lines).join("");
}

function editTokens(text: string, { tokens: words }: Vocabulary, random: Random): string {
  const tokens = tokensOf(text);
  const at = random(tokens.length + 1);
  const length = 1 + random(random(4) === 0 ? 12 : 2);
  const word = words[random(words.length)] ?? "";
  const part = tokens.slice(at, at + length);
  const changed = [
    () => tokens.toSpliced(at, length),
    () => tokens.toSpliced(at, 1, word),
    () => tokens.toSpliced(at, 0, word),
    () => tokens.toSpliced(random(tokens.length + 1), 0, ...part),
    () => tokens.toSpliced(at, length, ...part.toReversed()),
  ][random(5)];
  return (changed?.() ?? tokens).join("");
}

function editCharacters(text: string, random: Random): string {
  const at = random(text.length + 1);
  const character = characters[random(characters.length)] ?? "";
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random(3));
    case 1:
      return text.slice(0, at) + character + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + character + text.slice(at);
    default:
      return random(4) === 0 ? text.slice(0, at) : text.slice(0, at) + text.charAt(at) + text.slice(at);
  }
}
