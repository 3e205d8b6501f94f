/** The functions that need no import. */
import { byteLength, joinText } from "../bytes.ts";
import { equalByIeee, isList, MapValue, type Value } from "../value.ts";
import { arg, FatalError, impure, pure, source, t } from "./define.ts";
import { comparing } from "./support/comparing.ts";
import { DelayLine } from "./support/delay-line.ts";
import { lookupInList, lookupInMap } from "./support/lookup.ts";

const element = t.parameter("1");

export const concat = pure({
  name: "concat",
  summary: "Two texts joined.",
  args: [arg("a", t.str), arg("b", t.str)],
  returns: t.str,
  examples: { 'concat("a", "b")': '"ab"' },
  call: (a, b) => joinText([a, b]),
});

export const contains = pure({
  name: "contains",
  summary: "Whether a list has an element equal to `needle`; `needle in haystack` is the same.",
  args: [arg("needle", element), arg("haystack", t.list(element))],
  returns: t.bool,
  errors: "Fatal: functions, which cannot be compared.",
  examples: { "contains(2, [1, 2])": "true", '"c" in ["a", "b"]': "false" },
  bind: ({ type }) =>
    comparing(type, (needle: Value, haystack: readonly Value[]) =>
      haystack.some((each) => equalByIeee(each, needle)),
    ),
});

export const len = pure({
  name: "len",
  summary: "The number of bytes of a str, elements of a list or entries of a map.",
  args: [arg("value", t.parameter("1"), "str, list or map")],
  returns: t.int,
  examples: { 'len("hé")': "3", 'len(["a"])': "1", 'len({"a" => 1})': "1" },
  check: (type) => {
    const kind = type.args[0]?.type.kind;
    if (kind === "str" || kind === "list" || kind === "map") return undefined;
    return { message: `\`len\` works on str, list and map, got ${kind}`, argument: 0 };
  },
  call: (value) => {
    if (typeof value === "string") return BigInt(byteLength(value));
    if (value instanceof MapValue) return BigInt(value.size);
    return isList(value) ? BigInt(value.length) : 0n;
  },
});

export const listLookup = pure({
  name: "list_lookup",
  summary: "The element of a list at an index, which counts from 0.",
  args: [arg("list", t.list(element)), arg("index", t.int)],
  returns: element,
  errors: "Catchable: an index that is negative or too large.",
  examples: { "list_lookup([7], 0)": "7", "list_lookup([7], 1) <|> 0": "0" },
  call: lookupInList,
});

export const mapLookup = pure({
  name: "map_lookup",
  summary: "The value of a map at a key.",
  args: [arg("map", t.map(t.parameter("1"), t.parameter("2"))), arg("key", t.parameter("1"))],
  returns: t.parameter("2"),
  errors: "Catchable: a key that is absent.",
  examples: { 'map_lookup({"k" => 1}, "k")': "1", 'map_lookup({"k" => 1}, "z") <|> 0': "0" },
  call: lookupInMap,
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LONGEST_RANDOM = 65535n;

export const random1 = impure({
  name: "random1",
  summary: "Random letters from a cryptographic source; they stay the same until `length` changes.",
  args: [arg("length", t.int, "number of letters, 0 to 65535")],
  returns: t.str,
  errors: "Fatal: a length out of range.",
  examples: { "random1(8)": null, "random1(0)": '""' },
  isOnlyInPrograms: true,
  call: (length) => {
    if (length < 0n || length > LONGEST_RANDOM) {
      throw new FatalError(`length must be from 0 to ${LONGEST_RANDOM}, got: ${length}`);
    }
    return randomLetters(Number(length));
  },
});

function randomLetters(length: number): string {
  // Bytes past the last whole multiple would make some letters likelier than others.
  const usable = 256 - (256 % LETTERS.length);
  const bytes = new Uint8Array(1024);
  let out = "";
  while (out.length < length) {
    crypto.getRandomValues(bytes);
    for (const byte of bytes) {
      if (byte < usable) out += LETTERS.charAt(byte % LETTERS.length);
    }
  }
  return out.slice(0, length);
}

export const panic = impure({
  name: "panic",
  summary: "Stops the program when it is given true or a text that is not empty.",
  args: [arg("x", t.parameter("1"), "bool or str")],
  returns: t.bool,
  notes: "Only as a statement: `panic(len($names) == 0)`.",
  errors: "Fatal: always, when it panics.",
  examples: {},
  check: (type) => {
    const kind = type.args[0]?.type.kind;
    return kind === "bool" || kind === "str" ? undefined : `\`panic\` works on bool and str, got ${kind}`;
  },
  call: (x) => {
    if (x === true) throw new FatalError("bool panic occurred");
    if (typeof x === "string" && x !== "") throw new FatalError(`str panic occurred: ${x}`);
    return false;
  },
});

export const panicDebug = impure({
  name: "panic_debug",
  summary: "Stops the program with a reason when `x` is true; what `panic(x, reason)` calls.",
  args: [arg("x", t.bool), arg("err", t.str, "the reason")],
  returns: t.bool,
  errors: "Fatal: always, when it panics.",
  examples: { 'panic_debug(false, "never said")': "false" },
  call: (x, reason) => {
    if (x) throw new FatalError(`bool panic occurred: ${reason}`);
    return false;
  },
});

/** How long a timer waits at most before it looks again, in milliseconds. */
const LONGEST_WAIT = 86_400_000;

export const history = source({
  name: "history",
  summary: "A value as it was some time ago.",
  args: [arg("value", element), arg("index", t.int, "how long ago, in milliseconds")],
  returns: element,
  notes:
    "Every change shows when it is that old; until then, the first value does. Of changes that follow each other within " +
    "a thousandth of that time, the last one shows. When `index` changes, all is forgotten but the value now.",
  errors: "Fatal: a negative `index`.",
  examples: { "history(7, 1000)": "7" },
  bind: ({ host: { clock }, emit }) => {
    let line: DelayLine | undefined;
    return (value, index) => {
      if (index < 0n) throw new FatalError(`index must not be negative, got: ${index}`);
      const delay = Number(index);
      const kept = line?.delay === delay ? line : new DelayLine(delay);
      line = kept;
      kept.put(value, clock.elapsed());
      let stop = (): void => {};
      const show = (): void => {
        const now = clock.elapsed();
        const shown = kept.take(now);
        if (shown !== undefined) emit(shown);
        const wait = kept.nextAfter(now);
        if (wait !== undefined) stop = clock.after(Math.min(Math.ceil(wait), LONGEST_WAIT), show);
      };
      show();
      return () => stop();
    };
  },
});
