/** Module `test`: functions that put the function graph to the test. */
import type { Close, Host } from "../host.ts";
import { MapValue } from "../value.ts";
import { arg, type CoreFunction, FatalError, impure, pure, type SourceContext, source, t } from "./define.ts";
import { checkSize } from "./support/limits.ts";

const module = "test";

export const fastcount = source({
  module,
  name: "fastcount",
  summary: "Counts up from 0 as fast as the program takes the numbers.",
  args: [],
  returns: t.int,
  examples: { "test.fastcount()": null },
  delivery: "every",
  open: ({ emit, backlog }) => {
    let isOpen = true;
    const count = async () => {
      for (let number = 0n; isOpen; number++) {
        emit(number);
        await backlog();
      }
    };
    void count();
    return () => {
      isOpen = false;
    };
  },
});

const LOOP_PERIOD = 5;

/** Calls back every `period` seconds. */
function everyFewSeconds({ host }: SourceContext, period: number, onTime: () => void): Close {
  let ticks = 0;
  return host.clock.everySecond(() => {
    if (++ticks % period === 0) onTime();
  });
}

export const forloop = source({
  module,
  name: "forloop",
  summary: "A list that changes once, after 5 seconds.",
  args: [],
  returns: t.list(t.str),
  examples: { "test.forloop()": '["foo"]' },
  open: (context) => {
    context.emit(["foo"]);
    return everyFewSeconds(context, LOOP_PERIOD, () => context.emit(["bar"]));
  },
});

export const forkvloop = source({
  module,
  name: "forkvloop",
  summary: "A map that is told anew every 5 seconds and never changes.",
  args: [],
  returns: t.map(t.str, t.str),
  examples: { "test.forkvloop()": '{"foo": "bar"}' },
  open: (context) => {
    const emit = () => context.emit(new MapValue([["foo", "bar"]]));
    emit();
    return everyFewSeconds(context, LOOP_PERIOD, emit);
  },
});

/** Which of the functions below were called, for each running program. */
const called = new WeakMap<Host, Set<string>>();

/** A function that a program may call once, whatever mentions its value. */
function once(name: string): CoreFunction {
  return impure({
    module,
    name,
    summary: "Says hello, once: a second call in one program fails.",
    args: [],
    returns: t.str,
    errors: "Fatal: a second call.",
    examples: { [`test.${name}()`]: '"hello"' },
    bind:
      ({ host }) =>
      () => {
        const names = called.get(host) ?? new Set();
        if (names.has(name)) throw new FatalError(`${name} was called a second time`);
        called.set(host, names.add(name));
        return "hello";
      },
  });
}

/** A function that may be called as often as one likes. */
function often(name: string): CoreFunction {
  return pure({
    module,
    name,
    summary: "Says hello.",
    args: [],
    returns: t.str,
    examples: { [`test.${name}()`]: '"hello"' },
    isOnlyInPrograms: true,
    call: () => "hello",
  });
}

export const oneInstanceA = often("one_instance_a");
export const oneInstanceB = once("one_instance_b");
export const oneInstanceC = often("one_instance_c");
export const oneInstanceD = once("one_instance_d");
export const oneInstanceE = often("one_instance_e");
export const oneInstanceF = once("one_instance_f");
export const oneInstanceG = often("one_instance_g");
export const oneInstanceH = once("one_instance_h");

export const oneStream = source({
  module,
  name: "one_stream",
  summary: "The letter x, repeated; takes one count only.",
  args: [arg("count", t.int)],
  returns: t.str,
  errors: "Fatal: a negative count, a count that changes.",
  examples: { "test.one_stream(3)": '"xxx"' },
  bind: ({ emit }) => {
    let isUsed = false;
    return (count) => {
      if (isUsed) throw new FatalError("one_stream was given a second count");
      isUsed = true;
      if (count < 0n) throw new FatalError(`the count must not be negative, got: ${count}`);
      emit("x".repeat(checkSize(count)));
      return () => {};
    };
  },
});

const SLOW_SECONDS = 5;
const SLOW_TEXT = "a slow string";

export const slowString = source({
  module,
  name: "slow_string",
  summary:
    "A text that is a long time coming: five full seconds have to begin first. Nothing else waits for it.",
  args: [],
  returns: t.str,
  notes: "Templates have it at once.",
  examples: { "test.slow_string()": null },
  inTemplates: () => () => SLOW_TEXT,
  open: (context) => {
    const close = everyFewSeconds(context, SLOW_SECONDS, () => {
      close();
      context.emit(SLOW_TEXT);
    });
    return close;
  },
});
