/** Module `convert`. */
import { quote } from "../bytes.ts";
import { arg, CatchableError, pure, t } from "./define.ts";
import { parseBoolWord } from "./support/bool-syntax.ts";
import { parseFloatText } from "./support/float-syntax.ts";
import { parseDecimalInt } from "./support/int-syntax.ts";

const module = "convert";

export const formatBool = pure({
  module,
  name: "format_bool",
  summary: "`true` or `false` as text.",
  args: [arg("a", t.bool)],
  returns: t.str,
  examples: { "convert.format_bool(true)": '"true"' },
  call: (a) => String(a),
});

export const parseBool = pure({
  module,
  name: "parse_bool",
  summary: "The bool that a text spells: 1, t, T, true, True, TRUE and their opposites.",
  args: [arg("a", t.str)],
  returns: t.bool,
  errors: "Catchable: any other text.",
  examples: { 'convert.parse_bool("T")': "true", 'convert.parse_bool("yes") <|> false': "false" },
  call: (a) => {
    const value = parseBoolWord(a);
    if (value === undefined) throw new CatchableError(`not a bool: ${quote(a)}`);
    return value;
  },
});

export const intToStr = pure({
  module,
  name: "int_to_str",
  summary: "An int in decimal.",
  args: [arg("a", t.int)],
  returns: t.str,
  examples: { "convert.int_to_str(-4)": '"-4"' },
  call: (a) => String(a),
});

export const strToInt = pure({
  module,
  name: "str_to_int",
  summary: "The int that a text spells in decimal, perhaps with a sign.",
  args: [arg("a", t.str)],
  returns: t.int,
  errors: "Catchable: anything else in the text, spaces too; an int of more than 64 bits.",
  examples: { 'convert.str_to_int("+042")': "42", 'convert.str_to_int("x") <|> 0': "0" },
  call: (a) => {
    const value = parseDecimalInt(a);
    if (value === undefined) throw new CatchableError(`not an int of 64 bits: ${quote(a)}`);
    return value;
  },
});

export const strToFloat = pure({
  module,
  name: "str_to_float",
  summary: "The float that a text spells.",
  args: [arg("a", t.str)],
  returns: t.float,
  notes: "Takes 1.5, .5, 5., 1e3, 1_000, hexadecimal 0x1p-2, and inf, infinity, nan in any case.",
  errors: "Catchable: anything else in the text, spaces too; a float that is too large.",
  examples: { 'convert.str_to_float("1e2")': "100", 'convert.str_to_float("a") <|> 0.5': "0.5" },
  call: (a) => {
    const parsed = parseFloatText(a);
    if (parsed === undefined) throw new CatchableError(`not a float: ${quote(a)}`);
    if (!Number.isFinite(parsed.value) && !parsed.spelledInfinite) {
      throw new CatchableError(`float out of range: ${quote(a)}`);
    }
    return parsed.value;
  },
});

export const toFloat = pure({
  module,
  name: "to_float",
  summary: "The float nearest to an int.",
  args: [arg("a", t.int)],
  returns: t.float,
  examples: { "convert.to_float(3)": "3" },
  call: (a) => Number(a),
});

const SMALLEST_INT = -(2n ** 63n);

export const toInt = pure({
  module,
  name: "to_int",
  summary: "A float without its fraction.",
  args: [arg("a", t.float)],
  returns: t.int,
  notes: "NaN and what does not fit 64 bits become -9223372036854775808.",
  examples: { "convert.to_int(-2.9)": "-2" },
  call: (a) => (a >= -(2 ** 63) && a < 2 ** 63 ? BigInt(Math.trunc(a)) : SMALLEST_INT),
});
