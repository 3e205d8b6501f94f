import { describe, expect, test } from "bun:test";
import { print, type Value } from "../../../lang/value.ts";
import { outcome } from "./call.ts";

/** The bytes C3 and A9 make é; alone they are no characters. */
const C3 = "\udcc3";
const A9 = "\udca9";

function table(rows: readonly [name: string, args: readonly Value[], expected: string][]): void {
  for (const [name, args, expected] of rows) {
    test(`${name}(${args.map(print).join(", ")})`, () => {
      expect(outcome(name, args)).toBe(expected);
    });
  }
}

describe("functions without a module", () => {
  table([
    [".concat", ["a", "b"], '"ab"'],
    [".concat", [C3, A9], '"é"'],
    [".len", ["hé"], "3"],
    [".len", ["日本😀"], "10"],
    [".len", [C3], "1"],
    [".len", [""], "0"],
    [".len", [[1n, 2n]], "2"],
    [".random1", [-1n], "FatalError: length must be from 0 to 65535, got: -1"],
    [".random1", [65536n], "FatalError: length must be from 0 to 65535, got: 65536"],
    [".random1", [0n], '""'],
    [".panic", [true], "FatalError: bool panic occurred"],
    [".panic", [false], "false"],
    [".panic", ["why"], "FatalError: str panic occurred: why"],
    [".panic", [""], "false"],
    [".panic_debug", [true, "why"], "FatalError: bool panic occurred: why"],
    [".panic_debug", [false, "why"], "false"],
  ]);

  test("random1 makes as many letters as asked for", () => {
    expect(outcome(".random1", [2000n])).toMatch(/^"[A-Za-z]{2000}"$/);
  });
});

describe("strings", () => {
  table([
    ["strings.contains", ["abc", "b"], "true"],
    ["strings.contains", ["abc", ""], "true"],
    ["strings.contains", ["é", A9], "true"],
    ["strings.contains", ["\u{1f480}", "\udc80"], "true"],
    ["strings.contains", ["\u{1f480}", "\udc81"], "false"],
    ["strings.has_prefix", ["é", C3], "true"],
    ["strings.has_prefix", [`${C3}b`, C3], "true"],
    ["strings.has_prefix", ["é", A9], "false"],
    ["strings.has_suffix", ["é", A9], "true"],
    ["strings.has_suffix", ["a.c", ".c"], "true"],
    ["strings.join_nonempty", [["a", "", "b"], "-"], '"a-b"'],
    ["strings.join_nonempty", [[C3, A9], ""], '"é"'],
    ["strings.join_nonempty", [[], "-"], '""'],
    ["strings.left_pad", ["7", "0", 3n], '"007"'],
    ["strings.left_pad", ["é", "0", 3n], '"0é"'],
    ["strings.left_pad", ["1234", "0", 3n], '"1234"'],
    ["strings.left_pad", ["1234", "", 3n], '"1234"'],
    ["strings.left_pad", ["1", "", 3n], "FatalError: pad must not be empty"],
    [
      "strings.left_pad",
      ["1", "0", 2n ** 40n],
      `FatalError: result is too large: ${2n ** 40n - 1n}, at most 268435456 can be made`,
    ],
    ["strings.right_pad", ["7", "ab", 2n], '"7ab"'],
    ["strings.right_pad", ["7", "ab", -1n], '"7"'],
    ["strings.replace_all", ["a.b.c", ".", "/"], '"a/b/c"'],
    ["strings.replace_all", ["abc", "", "-"], '"-a-b-c-"'],
    ["strings.replace_all", ["", "", "-"], '"-"'],
    ["strings.replace_all", ["aaa", "aa", "b"], '"ba"'],
    ["strings.replace_all", ["a$&b", "$&", "$1"], '"a$1b"'],
    ["strings.replace_all", [`${C3}x${A9}`, "x", ""], '"é"'],
    ["strings.replace_all", ["é", A9, "x"], '"\\xc3x"'],
    ["strings.split", ["a,b,", ","], '["a", "b", ""]'],
    ["strings.split", ["", ","], '[""]'],
    ["strings.split", ["", ""], "[]"],
    ["strings.split", ["hé😀", ""], '["h", "é", "😀"]'],
    ["strings.split", ["aéb", A9], '["a\\xc3", "b"]'],
    ["strings.substr", ["abcd", 1n, 3n], '"bc"'],
    ["strings.substr", ["é", 0n, 1n], '"\\xc3"'],
    ["strings.substr", ["é", 2n, 2n], '""'],
    ["strings.substr", ["abc", 0n, 9n], "CatchableError: substr out of range, got: 0 to 9, len is: 3"],
    ["strings.substr", ["abc", -1n, 2n], "CatchableError: substr out of range, got: -1 to 2, len is: 3"],
    ["strings.substr", ["abc", 2n, 1n], "CatchableError: substr out of range, got: 2 to 1, len is: 3"],
    ["strings.to_upper", [`${C3}A`], '"\ufffdA"'],
    ["strings.to_lower", [`A${C3}éb`], '"a\ufffdéb"'],
    ["strings.to_upper", ["ıſǆǅ"], '"ISǄǄ"'],
    ["strings.to_lower", ["İΣϴΩ\u212a"], '"iσθωk"'],
    ["strings.to_lower", ["ÀB"], '"àb"'],
    ["strings.to_lower", ["İ"], '"i"'],
    ["strings.to_lower", ["ΑΣ"], '"ας"'.replace("ς", "σ")],
    ["strings.to_upper", ["é"], '"É"'],
    ["strings.to_upper", ["straße"], '"STRAßE"'],
    ["strings.to_upper", ["ﬁᾳᾀŉ"], '"ﬁᾼᾈŉ"'],
    // Its upper case is younger than the Unicode of the language.
    ["strings.to_upper", ["\u0264"], '"\u0264"'],
    ["strings.to_upper", [`a${C3}`], '"A\ufffd"'],
    ["strings.trim_space", [" a\n"], '"a"'],
    ["strings.trim_space", ["\u0085\u00a0\u3000x y\u2028"], '"x y"'],
    ["strings.trim_space", ["\ufeffx"], '"\\ufeffx"'],
    ["strings.trim_space", [" \t "], '""'],
  ]);
});

describe("golang/strings", () => {
  const s = "golang/strings";
  table([
    [`${s}.clone`, ["a"], '"a"'],
    [`${s}.compare`, ["a", "b"], "-1"],
    [`${s}.compare`, ["\uffff", "\u{10000}"], "-1"],
    [`${s}.compare`, ["é", C3], "1"],
    [`${s}.contains`, ["abc", "bc"], "true"],
    [`${s}.contains_any`, ["abc", "xyc"], "true"],
    [`${s}.contains_any`, ["abc", ""], "false"],
    [`${s}.has_prefix`, ["abc", "ab"], "true"],
    [`${s}.has_suffix`, ["abc", "ab"], "false"],
    [`${s}.equal_fold`, ["Straße", "STRASSE"], "false"],
    [`${s}.equal_fold`, ["k", "\u212a"], "true"],
    [`${s}.equal_fold`, ["ς", "Σ"], "true"],
    [`${s}.equal_fold`, ["i", "İ"], "false"],
    [`${s}.equal_fold`, ["I", "ı"], "false"],
    [`${s}.count`, ["cheese", "e"], "3"],
    [`${s}.count`, ["héé", ""], "4"],
    [`${s}.count`, ["aaaa", "aa"], "2"],
    [`${s}.index`, ["éx", "x"], "2"],
    [`${s}.index`, ["é", A9], "1"],
    [`${s}.index`, ["a", "b"], "-1"],
    [`${s}.index`, ["a", ""], "0"],
    [`${s}.index_any`, ["éa,b", ",;"], "3"],
    [`${s}.index_any`, ["ab", "é"], "-1"],
    [`${s}.index_any`, [`a${A9}`, C3], "1"],
    [`${s}.last_index`, ["éxéx", "x"], "5"],
    [`${s}.last_index`, ["abc", ""], "3"],
    [`${s}.last_index_any`, ["aébé!", "é"], "4"],
    [`${s}.last_index_any`, ["😀b", "😀"], "0"],
    [`${s}.last_index_any`, ["abc", "x"], "-1"],
    [`${s}.last_index_any`, ["", "x"], "-1"],
    [`${s}.join`, [["a", "", "b"], ", "], '"a, , b"'],
    [`${s}.repeat`, ["ab", 3n], '"ababab"'],
    [`${s}.repeat`, [`${A9}${C3}`, 2n], '"\\xa9é\\xc3"'],
    [`${s}.repeat`, ["", 2n ** 62n], '""'],
    [`${s}.repeat`, ["a", -1n], "FatalError: repeat count must not be negative, got: -1"],
    [
      `${s}.repeat`,
      ["ab", 2n ** 60n],
      `FatalError: result is too large: ${2n ** 61n}, at most 268435456 can be made`,
    ],
    [`${s}.replace`, ["oink oink", "k", "ky", 1n], '"oinky oink"'],
    [`${s}.replace`, ["oink oink", "k", "ky", 0n], '"oink oink"'],
    [`${s}.replace`, ["abc", "", "-", 2n], '"-a-bc"'],
    [`${s}.replace`, ["abc", "", "-", -1n], '"-a-b-c-"'],
    [`${s}.replace_all`, ["oink oink", "k", "ky"], '"oinky oinky"'],
    [`${s}.title`, ["it's a bee_line élan"], '"It\'S A Bee_line Élan"'],
    [`${s}.title`, ["ǆabc"], '"ǅabc"'],
    [`${s}.title`, [`a${C3}b`], '"A\ufffdb"'],
    [`${s}.to_title`, [C3], '"\ufffd"'],
    [`${s}.equal_fold`, [C3, A9], "true"],
    [`${s}.equal_fold`, [C3, "\ufffd"], "true"],
    [`${s}.to_lower`, ["ÄB"], '"äb"'],
    [`${s}.to_upper`, ["äb"], '"ÄB"'],
    [`${s}.to_title`, ["ǆß"], '"ǅß"'],
    [`${s}.to_valid_utf_8`, [`a${C3}${C3}b${A9}`, "?"], '"a?b?"'],
    [`${s}.to_valid_utf_8`, ["😀", "?"], '"😀"'],
    [`${s}.trim`, ["xxhixy", "xy"], '"hi"'],
    [`${s}.trim`, ["😀a😀", "😀"], '"a"'],
    [`${s}.trim`, ["aaa", "a"], '""'],
    [`${s}.trim_left`, ["xxhixx", "x"], '"hixx"'],
    [`${s}.trim_right`, ["xxhixx", "x"], '"xxhi"'],
    [`${s}.trim_prefix`, ["aab", "a"], '"ab"'],
    [`${s}.trim_prefix`, ["é", C3], '"\\xa9"'],
    [`${s}.trim_suffix`, ["a.txt", ".txt"], '"a"'],
    [`${s}.trim_suffix`, ["é", A9], '"\\xc3"'],
    [`${s}.trim_suffix`, ["a", ""], '"a"'],
    [`${s}.trim_space`, ["\t a "], '"a"'],
  ]);
});

describe("encoding", () => {
  table([
    ["encoding.base64_encode", ["hi"], '"aGk="'],
    ["encoding.base64_encode", ["é"], '"w6k="'],
    ["encoding.base64_encode", [C3], '"ww=="'],
    ["encoding.base64_decode", ["ww=="], '"\\xc3"'],
    ["encoding.base64_decode", ["aG\r\nk="], '"hi"'],
    [
      "encoding.base64_decode",
      ["aGk"],
      "FatalError: text is not base64 in the standard alphabet with padding",
    ],
    [
      "encoding.base64_decode",
      ["_-=="],
      "FatalError: text is not base64 in the standard alphabet with padding",
    ],
  ]);
});
