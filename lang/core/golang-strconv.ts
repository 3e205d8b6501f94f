/** Module `golang/strconv` (functions specification, section 10). */
import { joinText, quote as quoteText } from "../bytes.ts";
import { isGraphic, isPrintable } from "../unicode.ts";
import { arg, type CoreFunction, FatalError, pure, t } from "./define.ts";
import { parseBoolWord } from "./support/bool-syntax.ts";
import { binary32, binary64 } from "./support/float/exact.ts";
import { parseFloatText } from "./support/float-syntax.ts";
import { NumberError, parseInteger } from "./support/int-syntax.ts";
import { quotedPrefix as prefixOf, unquote as unquoteText } from "./support/quoted.ts";

const module = "golang/strconv";

/** What a text cannot be read as, in the words of Go. */
function failure(name: string, text: string, reason: string): FatalError {
  return new FatalError(`strconv.${name}: parsing ${quoteText(text)}: ${reason}`);
}

/** @throws FatalError */
function toInt(name: string, text: string, base: bigint, bits: bigint): bigint {
  try {
    return parseInteger(text, base, bits);
  } catch (error) {
    throw error instanceof NumberError ? failure(name, text, error.message) : error;
  }
}

/** @throws FatalError */
function intToText(value: bigint, base: bigint): string {
  if (base < 2n || base > 36n) throw new FatalError(`base must be from 2 to 36, got: ${base}`);
  return value.toString(Number(base));
}

export const atoi = pure({
  module,
  name: "atoi",
  summary: "The int that a text spells in decimal.",
  args: [arg("s", t.str)],
  returns: t.int,
  errors: "Fatal: any other text, an int of more than 64 bits.",
  examples: { 'strconv.atoi("-042")': "-42" },
  call: (text) => toInt("Atoi", text, 10n, 0n),
});

export const textToInt = pure({
  module,
  name: "parse_int",
  summary: "The int that a text spells to some base.",
  args: [
    arg("s", t.str),
    arg("base", t.int, "2 to 36; 0 goes by the prefix 0b, 0o, 0 or 0x and allows `_` between digits"),
    arg("bitSize", t.int, "how many bits it may have, 0 to 64; 0 is 64"),
  ],
  returns: t.int,
  errors: "Fatal: any other text, an int of more bits, another base or size.",
  examples: {
    'strconv.parse_int("ff", 16, 64)': "255",
    'strconv.parse_int("-0b1_0", 0, 8)': "-2",
  },
  call: (text, base, bits) => toInt("ParseInt", text, base, bits),
});

export const textToFloat = pure({
  module,
  name: "parse_float",
  summary: "The float nearest to what a text spells.",
  args: [arg("s", t.str), arg("bitSize", t.int, "32 rounds to a float of 32 bits")],
  returns: t.float,
  notes: "Takes 1.5, .5, 5., 1e3, hexadecimal 0x1p-2, and inf, infinity, nan in any case.",
  errors: "Fatal: any other text, a float that is too large.",
  examples: {
    'strconv.parse_float("1e-2", 64)': "0.01",
    'strconv.parse_float("0.1", 32)': "0.10000000149011612",
  },
  call: (text, bits) => {
    const parsed = parseFloatText(text, bits === 32n ? binary32 : binary64);
    if (parsed === undefined) throw failure("ParseFloat", text, "invalid syntax");
    if (Math.abs(parsed.value) === Infinity && !parsed.spelledInfinite) {
      throw failure("ParseFloat", text, "value out of range");
    }
    return parsed.value;
  },
});

export const textToBool = pure({
  module,
  name: "parse_bool",
  summary: "The bool that a text spells: 1, t, T, true, True, TRUE and their opposites.",
  args: [arg("str", t.str)],
  returns: t.bool,
  errors: "Fatal: any other text.",
  examples: { 'strconv.parse_bool("T")': "true" },
  call: (text) => {
    const value = parseBoolWord(text);
    if (value === undefined) throw failure("ParseBool", text, "invalid syntax");
    return value;
  },
});

export const formatBool = pure({
  module,
  name: "format_bool",
  summary: "`true` or `false` as text.",
  args: [arg("b", t.bool)],
  returns: t.str,
  examples: { "strconv.format_bool(true)": '"true"' },
  call: String,
});

export const formatInt = pure({
  module,
  name: "format_int",
  summary: "An int to some base, in lower case.",
  args: [arg("i", t.int), arg("base", t.int, "2 to 36")],
  returns: t.str,
  errors: "Fatal: another base.",
  examples: { "strconv.format_int(-255, 16)": '"-ff"' },
  call: intToText,
});

export const itoa = pure({
  module,
  name: "itoa",
  summary: "An int in decimal.",
  args: [arg("i", t.int)],
  returns: t.str,
  examples: { "strconv.itoa(42)": '"42"' },
  call: String,
});

export const appendBool = pure({
  module,
  name: "append_bool",
  summary: "`dst`, then `true` or `false`.",
  args: [arg("dst", t.str), arg("b", t.bool)],
  returns: t.str,
  examples: { 'strconv.append_bool("is ", true)': '"is true"' },
  call: (start, value) => start + String(value),
});

export const appendInt = pure({
  module,
  name: "append_int",
  summary: "`dst`, then an int to some base.",
  args: [arg("dst", t.str), arg("i", t.int), arg("base", t.int, "2 to 36")],
  returns: t.str,
  errors: "Fatal: another base.",
  examples: { 'strconv.append_int("0x", 255, 16)': '"0xff"' },
  call: (start, value, base) => start + intToText(value, base),
});

/** A way to quote: which characters are not escaped. */
interface Quoting {
  readonly name: string;
  readonly about: string;
  readonly example: readonly [text: string, quoted: string];
  readonly isKept: (character: string) => boolean;
}

const plain: Quoting = {
  name: "quote",
  about: "everything that cannot be printed is escaped",
  example: ["é\\t", "é\\\\t"],
  isKept: isPrintable,
};
const ascii: Quoting = {
  name: "quote_to_ascii",
  about: "everything that is not printable ASCII is escaped",
  example: ["é", "\\\\u00e9"],
  isKept: (character) => character < "\x80" && isPrintable(character),
};
const graphic: Quoting = {
  name: "quote_to_graphic",
  about: "everything that is neither printable nor a space is escaped",
  example: ["a\u3000b", "a\\u3000b"],
  isKept: isGraphic,
};

function quoter({ name, about, example: [text, quoted], isKept }: Quoting): CoreFunction {
  return pure({
    module,
    name,
    summary: `A text in double quotes; ${about}.`,
    args: [arg("s", t.str)],
    returns: t.str,
    examples: { [`strconv.${name}("${text}")`]: `"\\"${quoted}\\""` },
    call: (s) => quoteText(s, isKept),
  });
}

function quoteAppender({ name, about, example: [text, quoted], isKept }: Quoting): CoreFunction {
  return pure({
    module,
    name: `append_${name}`,
    summary: `\`dst\`, then a text in double quotes; ${about}.`,
    args: [arg("dst", t.str), arg("s", t.str)],
    returns: t.str,
    examples: { [`strconv.append_${name}("q=", "${text}")`]: `"q=\\"${quoted}\\""` },
    call: (start, s) => joinText([start, quoteText(s, isKept)]),
  });
}

export const quote = quoter(plain);
export const quoteToAscii = quoter(ascii);
export const quoteToGraphic = quoter(graphic);
export const appendQuote = quoteAppender(plain);
export const appendQuoteToAscii = quoteAppender(ascii);
export const appendQuoteToGraphic = quoteAppender(graphic);

export const unquote = pure({
  module,
  name: "unquote",
  summary: "What a literal in double quotes, backquotes or, for one character, single quotes stands for.",
  args: [arg("s", t.str)],
  returns: t.str,
  errors: "Fatal: any other text.",
  examples: { 'strconv.unquote("\\"a\\\\tb\\"")': '"a\\tb"', 'strconv.unquote("`a`")': '"a"' },
  call: (s) => required(unquoteText(s)),
});

export const quotedPrefix = pure({
  module,
  name: "quoted_prefix",
  summary: "The quoted literal that a text begins with, still quoted.",
  args: [arg("s", t.str)],
  returns: t.str,
  errors: "Fatal: a text that does not begin with one.",
  examples: { 'strconv.quoted_prefix("\\"a\\" and more")': '"\\"a\\""' },
  call: (s) => required(prefixOf(s)),
});

/** @throws FatalError */
function required(value: string | undefined): string {
  if (value === undefined) throw new FatalError("invalid syntax");
  return value;
}

export const canBackquote = pure({
  module,
  name: "can_backquote",
  summary: "Whether a text can stand in backquotes: one line, no backquote, no control character but tab.",
  args: [arg("s", t.str)],
  returns: t.bool,
  examples: { 'strconv.can_backquote("a\\tb")': "true", 'strconv.can_backquote("a`b")': "false" },
  call: (s) => s.isWellFormed() && !/[\x00-\x08\n-\x1f`\x7f\ufeff]/.test(s),
});
