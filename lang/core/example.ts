/** Module `example`: functions to try things with. */
import { joinText } from "../bytes.ts";
import { arg, FatalError, pure, source, t } from "./define.ts";
import { parseDecimalInt } from "./support/int-syntax.ts";

const module = "example";

export const answer = pure({
  module,
  name: "answer",
  summary: "The answer.",
  args: [],
  returns: t.int,
  examples: { "example.answer()": "42" },
  call: () => 42n,
});

export const errorbool = pure({
  module,
  name: "errorbool",
  summary: "Fails if it is given true.",
  args: [arg("a", t.bool)],
  returns: t.str,
  errors: "Fatal: `a` is true.",
  examples: { "example.errorbool(false)": null },
  call: (a) => {
    if (a) throw new FatalError("errorbool was given true");
    return "give true to see an error";
  },
});

const FLIP_PERIOD = 5;

export const flipflop = source({
  module,
  name: "flipflop",
  summary: "True and false in turn, for 5 seconds each.",
  args: [],
  returns: t.bool,
  examples: { "example.flipflop()": null },
  open: ({ host, emit }) => {
    emit(true);
    let ticks = 0;
    return host.clock.everySecond(() => {
      if (++ticks % FLIP_PERIOD === 0) emit((ticks / FLIP_PERIOD) % 2 === 0);
    });
  },
});

export const int2str = pure({
  module,
  name: "int2str",
  summary: "An int in decimal.",
  args: [arg("a", t.int)],
  returns: t.str,
  examples: { "example.int2str(7)": '"7"' },
  call: (a) => String(a),
});

export const plus = pure({
  module,
  name: "plus",
  summary: "Two texts joined.",
  args: [arg("y", t.str), arg("z", t.str)],
  returns: t.str,
  examples: { 'example.plus("a", "b")': '"ab"' },
  call: (y, z) => joinText([y, z]),
});

export const str2int = pure({
  module,
  name: "str2int",
  summary: "The int that a text spells in decimal, or 0.",
  args: [arg("a", t.str)],
  returns: t.int,
  examples: { 'example.str2int("7")': "7", 'example.str2int("seven")': "0" },
  call: (a) => parseDecimalInt(a) ?? 0n,
});
