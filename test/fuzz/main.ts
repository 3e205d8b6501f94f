/**
 * Fuzzing of the language: `bun run fuzz [--seconds N] [--seed N]`. Changes the programs of the tests and the examples
 * at random. Each must come to diagnostics or to a graph, without an exception, a hang or a crash; and whatever parses
 * must format to the same program, once and for all. Stops at the first that does not, with exit status 1.
 */
import { parseArgs } from "node:util";
import { mutate } from "../lang/format/mutate.ts";
import { programs } from "../lang/format/programs.ts";
import { type Random, random } from "../lang/format/random.ts";
import { edit } from "./edit.ts";
import { Examiner } from "./examiner.ts";
import { minimize } from "./minimize.ts";
import { Vocabulary } from "./vocabulary.ts";

/** How long to look for a shorter program, in milliseconds. */
const minimizing = 20_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  });
  const seconds = Number(values.seconds);
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    console.error("usage: bun run fuzz [--seconds N] [--seed N], where N is a number");
    return 2;
  }
  console.log(`fuzzing for ${seconds} seconds with seed ${seed}`);
  const examiner = new Examiner();
  try {
    return await fuzz(seed, Date.now() + seconds * 1000, examiner);
  } finally {
    examiner.close();
  }
}

async function fuzz(seed: number, deadline: number, examiner: Examiner): Promise<number> {
  const next = random(seed);
  const sound = programs();
  const vocabulary = new Vocabulary(sound);
  let count = 0;
  for (; Date.now() < deadline; count++) {
    const text = variant(sound[next(sound.length)] ?? "", vocabulary, next);
    const found = await examiner.examine(text);
    if (found === undefined) continue;
    console.log(`program ${count} with seed ${seed}: ${found}`);
    const short = await shortest(text, found, examiner);
    console.log(
      `the shortest such program found, and the same as a string:\n${short}\n${JSON.stringify(short)}`,
    );
    return 1;
  }
  console.log(`${count} programs, nothing found`);
  return 0;
}

/** One in eight is the same program laid out anew, the others are edited. */
function variant(program: string, vocabulary: Vocabulary, next: Random): string {
  return next(8) === 0 ? mutate(program, next) : edit(program, vocabulary, next);
}

async function shortest(text: string, found: string, examiner: Examiner): Promise<string> {
  const deadline = Date.now() + minimizing;
  return minimize(
    text,
    async (shorter) => Date.now() < deadline && symptom(await examiner.examine(shorter)) === symptom(found),
  );
}

/** What was found, without what differs from program to program. */
function symptom(found: string | undefined): string | undefined {
  return found?.split("\n")[0]?.replaceAll(/\d+|`[^`]*`/g, "…");
}

process.exit(await main());
