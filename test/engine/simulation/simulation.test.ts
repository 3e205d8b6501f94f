import { expect, test } from "bun:test";
import { simulate } from "./simulation.ts";

/** The claims are those of the engine specification; `bun run simulate` plays more schedules, and any one again. */
test("no schedule breaks a promise of the engine", async () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const { violations } = await simulate(seed);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
}, 60_000);

test("a schedule goes the same way each time, step by step", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { history } = await simulate(seed);
    expect((await simulate(seed)).history).toEqual([...history]);
    expect(history.length).toBeGreaterThan(0);
  }
});

test("a shorter schedule begins like a longer one", async () => {
  const { history } = await simulate(7, 40);
  const beginning = (await simulate(7, 20)).history;
  const common = beginning.indexOf("faults stop");
  expect(common).toBeGreaterThan(0);
  expect(history.slice(0, common)).toEqual(beginning.slice(0, common));
});
