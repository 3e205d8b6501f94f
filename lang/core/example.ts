/** Module `example`: functions to try things with. */
import { byteLength, joinText } from "../bytes.ts";
import type { Close, CommandResult } from "../host.ts";
import { arg, FatalError, pure, source, t } from "./define.ts";
import { asFailure, fatally } from "./support/failure.ts";
import { parseDecimalInt } from "./support/int-syntax.ts";
import { checkSize } from "./support/limits.ts";

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

export const vumeter = source({
  module,
  name: "vumeter",
  summary: "How loud the microphone is, as two bars of symbols; measured again and again, for a second each.",
  args: [
    arg("symbol", t.str, "what bars are made of"),
    arg("multiplier", t.int, "symbols at full loudness"),
    arg("peak", t.float, "loudness, from 0 to 1, above which PEAK!!! is added"),
  ],
  returns: t.str,
  notes: "Uses the programs rec and sox. There is no value before the first second is over.",
  errors: "Fatal: one of the programs is missing, or cannot measure.",
  examples: { 'example.vumeter("=", 50, 0.9)': null },
  open: ({ host, emit, fail }, symbol, multiplier, peak) => {
    for (const program of ["rec", "sox"]) {
      if (!host.processes.has(program)) {
        throw new FatalError(`there is no program ${program} in PATH: install SoX, which brings rec and sox`);
      }
    }
    let endRecording: Close | undefined;
    const record = (): void => {
      endRecording = host.processes.run(RECORD, (result) => {
        endRecording = undefined;
        try {
          emit(meter(loudnessOf(result), symbol, multiplier, peak));
        } catch (error) {
          // Tried again with the next second: what cannot record may fail at once.
          return fail(asFailure(error));
        }
        record();
      });
    };
    const start = () => {
      if (endRecording === undefined) record();
    };
    fatally(start);
    const close = host.clock.everySecond(start);
    return () => {
      close();
      endRecording?.();
    };
  },
});

/** Records a second of sound and prints what there is to say of it. */
const RECORD = "rec -q -t wav - trim 0 1 | sox -t wav - -n stat 2>&1";

/** @throws FatalError */
function loudnessOf({ exitCode, output }: CommandResult): number {
  const [, amplitude] = /^Maximum amplitude:\s*(\S+)/m.exec(output) ?? [];
  const loudness = Number(amplitude);
  if (exitCode === 0 && amplitude !== undefined && loudness >= 0 && loudness <= 1) return loudness;
  throw new FatalError(`could not measure the sound of the microphone: ${output.trim()}`);
}

function meter(loudness: number, symbol: string, multiplier: bigint, peak: number): string {
  const length = Math.max(1, Math.round(loudness * Number(multiplier)));
  checkSize(BigInt(length) * BigInt(byteLength(symbol)));
  const bar = symbol.repeat(length) + (loudness > peak ? " PEAK!!!" : "");
  return `(${loudness.toFixed(6)}):\n${bar}\n${bar}`;
}

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
