/** Module `golang/strings` (functions specification, section 10). Offsets count bytes; -1 is not found. */
import { byteLength, compareBytes, joinText } from "../bytes.ts";
import { arg, type CoreFunction, FatalError, pure, type Typed, t } from "./define.ts";
import * as characters from "./support/characters.ts";
import { checkSize } from "./support/limits.ts";
import * as search from "./support/search.ts";

const module = "golang/strings";

/** A function of one text. */
function unary(
  name: string,
  summary: string,
  examples: Readonly<Record<string, string>>,
  call: (s: string) => string,
): CoreFunction {
  return pure({ module, name, summary, args: [arg("s", t.str)], returns: t.str, examples, call });
}

/** A function of a text and a second one. */
function binary<R extends boolean | bigint | string>(
  name: string,
  second: string,
  returns: Typed<R>,
  summary: string,
  examples: Readonly<Record<string, string>>,
  call: (s: string, second: string) => R,
): CoreFunction {
  return pure({
    module,
    name,
    summary,
    args: [arg("s", t.str), arg(second, t.str)],
    returns,
    examples,
    call,
  });
}

export const clone = unary("clone", "The same text.", { 'strings.clone("a")': '"a"' }, (s) => s);

export const compare = pure({
  module,
  name: "compare",
  summary: "-1, 0 or 1 as `a` stands before, at or after `b` in the order of their bytes.",
  args: [arg("a", t.str), arg("b", t.str)],
  returns: t.int,
  examples: { 'strings.compare("a", "b")': "-1" },
  call: (a, b) => BigInt(compareBytes(a, b)),
});

export const contains = binary(
  "contains",
  "substr",
  t.bool,
  "Whether `substr` occurs in `s`.",
  { 'strings.contains("abc", "bc")': "true" },
  search.contains,
);

export const containsAny = binary(
  "contains_any",
  "chars",
  t.bool,
  "Whether any character of `chars` occurs in `s`.",
  { 'strings.contains_any("abc", "xyc")': "true" },
  (s, chars) => firstOf(s, chars) >= 0,
);

export const hasPrefix = binary(
  "has_prefix",
  "prefix",
  t.bool,
  "Whether `s` begins with `prefix`.",
  { 'strings.has_prefix("abc", "ab")': "true" },
  search.hasPrefix,
);

export const hasSuffix = binary(
  "has_suffix",
  "suffix",
  t.bool,
  "Whether `s` ends with `suffix`.",
  { 'strings.has_suffix("abc", "ab")': "false" },
  search.hasSuffix,
);

export const equalFold = binary(
  "equal_fold",
  "t",
  t.bool,
  "Whether two texts are equal but for case, character by character.",
  { 'strings.equal_fold("Straße", "STRASSE")': "false", 'strings.equal_fold("é", "É")': "true" },
  characters.equalFold,
);

export const count = binary(
  "count",
  "substr",
  t.int,
  "Occurrences of `substr` that do not overlap; an empty one occurs around every character.",
  { 'strings.count("cheese", "e")': "3", 'strings.count("abc", "")': "4" },
  (s, substr) => BigInt(search.count(s, substr)),
);

export const index = binary(
  "index",
  "substr",
  t.int,
  "Where `substr` first occurs in `s`.",
  { 'strings.index("chicken", "ken")': "4", 'strings.index("a", "b")': "-1" },
  (s, substr) => BigInt(search.indexOf(s, substr)),
);

export const indexAny = binary(
  "index_any",
  "chars",
  t.int,
  "Where any character of `chars` first occurs in `s`.",
  { 'strings.index_any("golang", "ny")': "4" },
  (s, chars) => BigInt(firstOf(s, chars)),
);

export const lastIndex = binary(
  "last_index",
  "substr",
  t.int,
  "Where `substr` last occurs in `s`.",
  { 'strings.last_index("go gopher", "go")': "3" },
  (s, substr) => BigInt(search.lastIndexOf(s, substr)),
);

export const lastIndexAny = binary(
  "last_index_any",
  "chars",
  t.int,
  "Where any character of `chars` last occurs in `s`.",
  { 'strings.last_index_any("go gopher", "go")': "4" },
  (s, chars) => {
    const kept = characters.trimEnd(s, not(characters.memberOf(chars)));
    return kept === "" ? -1n : BigInt(byteLength(kept) - byteLength(characters.lastCharacter(kept)));
  },
);

export const join = pure({
  module,
  name: "join",
  summary: "The elements joined by `sep`.",
  args: [arg("elems", t.list(t.str)), arg("sep", t.str)],
  returns: t.str,
  examples: { 'strings.join(["a", "", "b"], ", ")': '"a, , b"' },
  call: (elements, separator) => joinText([elements.join(separator)]),
});

export const repeat = pure({
  module,
  name: "repeat",
  summary: "`count` copies of `s`.",
  args: [arg("s", t.str), arg("count", t.int)],
  returns: t.str,
  errors: "Fatal: a negative count.",
  examples: { 'strings.repeat("ab", 3)': '"ababab"' },
  call: (s, copies) => {
    if (copies < 0n) throw new FatalError(`repeat count must not be negative, got: ${copies}`);
    if (s === "") return "";
    checkSize(copies * BigInt(byteLength(s)));
    return joinText([s.repeat(Number(copies))]);
  },
});

export const replace = pure({
  module,
  name: "replace",
  summary: "`s` with the first `n` occurrences of `old` replaced, all of them if `n` is negative.",
  args: [arg("s", t.str), arg("old", t.str), arg("new", t.str), arg("n", t.int)],
  returns: t.str,
  examples: { 'strings.replace("oink oink", "k", "ky", 1)': '"oinky oink"' },
  call: search.replace,
});

export const replaceAll = pure({
  module,
  name: "replace_all",
  summary: "`s` with every occurrence of `old` replaced.",
  args: [arg("s", t.str), arg("old", t.str), arg("new", t.str)],
  returns: t.str,
  examples: { 'strings.replace_all("oink oink", "k", "ky")': '"oinky oinky"' },
  call: (s, old, replacement) => search.replace(s, old, replacement, -1n),
});

export const title = unary(
  "title",
  "`s` with the first letter of each word in title case.",
  { 'strings.title("it\'s a bee_line")': '"It\'S A Bee_line"' },
  characters.titleWords,
);

export const toLower = unary(
  "to_lower",
  "`s` in lower case.",
  { 'strings.to_lower("ÄB")': '"äb"' },
  characters.toLower,
);

export const toUpper = unary(
  "to_upper",
  "`s` in upper case.",
  { 'strings.to_upper("äb")': '"ÄB"' },
  characters.toUpper,
);

export const toTitle = unary(
  "to_title",
  "Every character of `s` in title case.",
  { 'strings.to_title("äb")': '"ÄB"' },
  characters.toTitle,
);

export const toValidUtf8 = binary(
  "to_valid_utf_8",
  "replacement",
  t.str,
  "`s` with each run of bytes that are no characters replaced.",
  { 'strings.to_valid_utf_8(strings.trim_prefix("é", ""), "?")': '"é"' },
  (s, replacement) => joinText([s.replace(/[\udc80-\udcff]+/gu, () => replacement)]),
);

export const trim = binary(
  "trim",
  "cutset",
  t.str,
  "`s` without any characters of `cutset` at both ends.",
  { 'strings.trim("xxhixy", "xy")': '"hi"' },
  (s, cutset) => {
    const isCut = characters.memberOf(cutset);
    return characters.trimEnd(characters.trimStart(s, isCut), isCut);
  },
);

export const trimLeft = binary(
  "trim_left",
  "cutset",
  t.str,
  "`s` without any characters of `cutset` at its start.",
  { 'strings.trim_left("xxhixx", "x")': '"hixx"' },
  (s, cutset) => characters.trimStart(s, characters.memberOf(cutset)),
);

export const trimRight = binary(
  "trim_right",
  "cutset",
  t.str,
  "`s` without any characters of `cutset` at its end.",
  { 'strings.trim_right("xxhixx", "x")': '"xxhi"' },
  (s, cutset) => characters.trimEnd(s, characters.memberOf(cutset)),
);

export const trimPrefix = binary(
  "trim_prefix",
  "prefix",
  t.str,
  "`s` without `prefix`, which is taken off once if it is there.",
  { 'strings.trim_prefix("aab", "a")': '"ab"' },
  search.trimPrefix,
);

export const trimSuffix = binary(
  "trim_suffix",
  "suffix",
  t.str,
  "`s` without `suffix`, which is taken off once if it is there.",
  { 'strings.trim_suffix("a.txt", ".txt")': '"a"' },
  search.trimSuffix,
);

export const trimSpace = unary(
  "trim_space",
  "`s` without Unicode white space at both ends.",
  { 'strings.trim_space("\\t a ")': '"a"' },
  characters.trimSpace,
);

function not(holds: (character: string) => boolean): (character: string) => boolean {
  return (character) => !holds(character);
}

/** Byte offset of the first character that is one of `chars`, or -1. */
function firstOf(s: string, chars: string): number {
  const rest = characters.trimStart(s, not(characters.memberOf(chars)));
  return rest === "" ? -1 : byteLength(s.slice(0, s.length - rest.length));
}
