/** Module `strings`. Lengths and offsets count bytes. */
import { byteLength, decodeBytes, encodeBytes, joinText } from "../bytes.ts";
import { arg, CatchableError, FatalError, pure, t } from "./define.ts";
import { toLower, toUpper, trimSpace } from "./support/characters.ts";
import { checkSize } from "./support/limits.ts";
import * as search from "./support/search.ts";

const module = "strings";

export const contains = pure({
  module,
  name: "contains",
  summary: "Whether `substr` occurs in `s`; the empty text occurs in every text.",
  args: [arg("s", t.str), arg("substr", t.str)],
  returns: t.bool,
  examples: { 'strings.contains("abc", "b")': "true" },
  call: search.contains,
});

export const hasPrefix = pure({
  module,
  name: "has_prefix",
  summary: "Whether `s` begins with `prefix`.",
  args: [arg("s", t.str), arg("prefix", t.str)],
  returns: t.bool,
  examples: { 'strings.has_prefix("abc", "a")': "true" },
  call: search.hasPrefix,
});

export const hasSuffix = pure({
  module,
  name: "has_suffix",
  summary: "Whether `s` ends with `suffix`.",
  args: [arg("s", t.str), arg("suffix", t.str)],
  returns: t.bool,
  examples: { 'strings.has_suffix("a.c", ".c")': "true" },
  call: search.hasSuffix,
});

export const joinNonempty = pure({
  module,
  name: "join_nonempty",
  summary: "The elements that are not empty, joined by `sep`.",
  args: [arg("s", t.list(t.str)), arg("sep", t.str)],
  returns: t.str,
  examples: { 'strings.join_nonempty(["a", "", "b"], "-")': '"a-b"' },
  call: (elements, separator) => joinText([elements.filter((each) => each !== "").join(separator)]),
});

const padArgs = [arg("s", t.str), arg("pad", t.str), arg("len", t.int, "bytes to reach")] as const;
const padErrors = "Fatal: an empty `pad` where one is needed.";

export const leftPad = pure({
  module,
  name: "left_pad",
  summary: "`s` with whole copies of `pad` before it until it has at least `len` bytes.",
  args: padArgs,
  returns: t.str,
  errors: padErrors,
  examples: { 'strings.left_pad("7", "0", 3)': '"007"' },
  call: (s, pad, length) => joinText([padding(s, pad, length), s]),
});

export const rightPad = pure({
  module,
  name: "right_pad",
  summary: "`s` with whole copies of `pad` after it until it has at least `len` bytes.",
  args: padArgs,
  returns: t.str,
  errors: padErrors,
  examples: { 'strings.right_pad("7", "ab", 2)': '"7ab"' },
  call: (s, pad, length) => joinText([s, padding(s, pad, length)]),
});

function padding(s: string, pad: string, length: bigint): string {
  const missing = length - BigInt(byteLength(s));
  if (missing <= 0n) return "";
  if (pad === "") throw new FatalError("pad must not be empty");
  const width = byteLength(pad);
  return pad.repeat(Math.ceil(checkSize(missing) / width));
}

export const replaceAll = pure({
  module,
  name: "replace_all",
  summary: "`s` with every occurrence of `old` replaced; an empty `old` occurs around every character.",
  args: [arg("s", t.str), arg("old", t.str), arg("new", t.str)],
  returns: t.str,
  examples: {
    'strings.replace_all("a.b.c", ".", "/")': '"a/b/c"',
    'strings.replace_all("ab", "", "-")': '"-a-b-"',
  },
  call: (s, old, replacement) => search.replace(s, old, replacement, -1n),
});

export const split = pure({
  module,
  name: "split",
  summary: "The pieces of `a` between occurrences of `b`; an empty `b` gives one element for each character.",
  args: [arg("a", t.str), arg("b", t.str)],
  returns: t.list(t.str),
  examples: {
    'strings.split("a,b,", ",")': '["a", "b", ""]',
    'strings.split("", ",")': '[""]',
    'strings.split("hé", "")': '["h", "é"]',
  },
  call: search.split,
});

export const substr = pure({
  module,
  name: "substr",
  summary: "The bytes of `s` from `low` up to, not including, `high`; may cut a character.",
  args: [arg("s", t.str), arg("low", t.int, "byte offset"), arg("high", t.int, "byte offset")],
  returns: t.str,
  errors: "Catchable: a negative offset, one past the end, `low` above `high`.",
  examples: { 'strings.substr("abcd", 1, 3)': '"bc"', 'strings.substr("abc", 0, 9) <|> "all"': '"all"' },
  call: (s, low, high) => {
    const length = byteLength(s);
    if (low < 0n || high > BigInt(length) || low > high) {
      throw new CatchableError(`substr out of range, got: ${low} to ${high}, len is: ${length}`);
    }
    const isAscii = length === s.length && s.isWellFormed();
    if (isAscii) return s.slice(Number(low), Number(high));
    return decodeBytes(encodeBytes(s).subarray(Number(low), Number(high)));
  },
});

export const lower = pure({
  module,
  name: "to_lower",
  summary: "`a` in lower case, character by character.",
  args: [arg("a", t.str)],
  returns: t.str,
  examples: { 'strings.to_lower("ÀB")': '"àb"' },
  call: toLower,
});

export const upper = pure({
  module,
  name: "to_upper",
  summary: "`a` in upper case, character by character; `ß` has none and stays.",
  args: [arg("a", t.str)],
  returns: t.str,
  examples: { 'strings.to_upper("éß")': '"Éß"' },
  call: toUpper,
});

export const trim = pure({
  module,
  name: "trim_space",
  summary: "`a` without Unicode white space at both ends.",
  args: [arg("a", t.str)],
  returns: t.str,
  examples: { 'strings.trim_space(" a\\n")': '"a"' },
  call: trimSpace,
});
