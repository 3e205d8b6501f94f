/**
 * Looks for schedules that break the engine: `bun run simulate [--seconds N] [--seed N] [--rounds N]`. Stops at the first,
 * with exit status 1, and tells its seed and its shortest prefix that fails as well. `--seed` plays one schedule again.
 */
import { parseArgs } from "node:util";
import { fullLength, type Outcome, simulate } from "./simulation.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seconds: { type: "string" }, seed: { type: "string" }, rounds: { type: "string" } },
  });
  const rounds = Number(values.rounds ?? (values.seed === undefined ? Number.POSITIVE_INFINITY : 1));
  const seconds = Number(values.seconds ?? (Number.isFinite(rounds) ? Number.POSITIVE_INFINITY : 60));
  const first = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  if (!(seconds > 0) || !(rounds > 0) || !Number.isInteger(first)) {
    console.error("usage: bun run simulate [--seconds N] [--seed N] [--rounds N], where N is a number");
    return 2;
  }
  const end = performance.now() + seconds * 1000;
  let count = 0;
  for (; count < rounds && performance.now() < end; count++) {
    const seed = first + count;
    if ((await simulate(seed)).violations.length === 0) continue;
    const { length, outcome } = await shortest(seed);
    for (const line of outcome.history) console.log(`  ${line}`);
    for (const line of outcome.violations) console.log(line);
    console.log(`schedule ${count + 1}: seed ${seed} fails, after ${length} of ${fullLength} steps`);
    return 1;
  }
  console.log(`${count} schedules from seed ${first} on, nothing found`);
  return 0;
}

async function shortest(seed: number): Promise<{ readonly length: number; readonly outcome: Outcome }> {
  for (let length = 0; length < fullLength; length++) {
    const outcome = await simulate(seed, length);
    if (outcome.violations.length > 0) return { length, outcome };
  }
  return { length: fullLength, outcome: await simulate(seed) };
}

process.exit(await main());
