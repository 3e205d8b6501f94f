import { expect, test } from "bun:test";
import type { Resource, Run } from "../../src/engine/resource.ts";
import { Lab, quiet } from "./lab.ts";

/** Numbers from 0 up to but not including 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is true of one resource, as far as somebody who looks from outside can know. */
interface Truth {
  version: number;
  wrong: boolean;
  running: number;
  /** An event was told, or a check has failed, or it is new: it has to be checked. */
  mustRun: boolean;
  /** Something before it was changed, and it has not been checked with a notification since. */
  owed: boolean;
  finish: ((fails: boolean) => void) | undefined;
}

class World {
  readonly lab = new Lab();
  readonly truths = new Map<string, Truth>();
  readonly random: () => number;
  edges: { from: string; to: string; notify: boolean }[] = [];
  readonly violations: string[] = [];

  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  /** A graph over ten names: most resources as they were, some left out, some in a new version, other edges. */
  async swap(): Promise<void> {
    // The engine has heard of all checks that are over, so that both sides know which edges they fell under.
    await quiet();
    const names = Array.from({ length: 10 }, (_, index) => `v${index}`).filter(() => this.random() < 0.85);
    for (const gone of [...this.truths.keys()].filter((name) => !names.includes(name)))
      this.truths.delete(gone);
    const made = new Set<string>();
    const resources = names.map((name) => {
      const before = this.truths.get(name);
      if (before === undefined || this.random() < 0.2) made.add(name);
      return this.resource(name, (before?.version ?? 0) + (made.has(name) ? 1 : 0));
    });
    const edges: typeof this.edges = [];
    for (const [index, to] of names.entries()) {
      for (const from of names.slice(0, index)) {
        if (this.random() < 0.25) edges.push({ from, to, notify: this.random() < 0.5 });
      }
    }
    const swapped = this.lab.swap(
      resources,
      edges.map(({ from, to, notify }) => `${from} ${notify ? "=>" : "->"} ${to}`),
    );
    // Checks that were given up have ended by now, some of them well, under the edges they were started with.
    this.edges = edges;
    for (const name of made) {
      const before = this.truths.get(name);
      this.truths.set(name, {
        version: (before?.version ?? 0) + 1,
        wrong: before?.wrong ?? this.random() < 0.5,
        running: 0,
        mustRun: true,
        owed: before?.owed ?? false,
        finish: undefined,
      });
    }
    await swapped;
  }

  resource(name: string, version: number): Resource {
    const asynchronous = this.random() < 0.7;
    return this.lab.resource(name, {
      refreshable: true,
      meta: { retry: 2 },
      fields: { version: String(version) },
      check: (run) => this.check(name, version, asynchronous, run),
    });
  }

  check(name: string, version: number, asynchronous: boolean, run: Run): boolean | Promise<boolean> {
    const truth = this.truths.get(name);
    if (truth === undefined || truth.version !== version)
      return this.violated(`${name} was checked after its end`);
    if (truth.running > 0) this.violated(`two checks of ${name} at once`);
    const stuck = new Set(
      this.lab.engine
        .status()
        .filter(({ state }) => state === "failed" || state === "blocked")
        .map((status) => status.name),
    );
    for (const { from, to } of this.edges) {
      const before = this.truths.get(from);
      if (to !== name || before === undefined || stuck.has(from)) continue;
      if (before.running > 0) this.violated(`${name} was checked while ${from} was running`);
      if (before.mustRun) this.violated(`${name} was checked while ${from} was known to be bad`);
    }
    truth.mustRun = false;
    if (!asynchronous) return this.outcome(name, truth, run, this.random() < 0.1);
    truth.running++;
    return new Promise((resolve, reject) => {
      const finish = (fails: boolean): void => {
        if (truth.finish !== finish) return;
        truth.finish = undefined;
        truth.running--;
        try {
          resolve(this.outcome(name, truth, run, fails));
        } catch (error) {
          reject(error);
        }
      };
      truth.finish = finish;
      run.signal.addEventListener("abort", () => finish(this.random() < 0.5));
    });
  }

  outcome(name: string, truth: Truth, { refresh }: Run, fails: boolean): boolean {
    if (fails) {
      truth.mustRun = true;
      throw new Error("by chance");
    }
    if (refresh) truth.owed = false;
    if (!truth.wrong) return true;
    truth.wrong = false;
    for (const { from, to, notify } of this.edges) {
      const after = this.truths.get(to);
      if (from === name && notify && after !== undefined) after.owed = true;
    }
    return false;
  }

  violated(what: string): boolean {
    this.violations.push(what);
    return true;
  }

  event(): void {
    const name = this.pick([...this.truths.keys()]);
    const truth = name === undefined ? undefined : this.truths.get(name);
    if (name === undefined || truth === undefined || !this.lab.watching(name)) return;
    if (this.random() < 0.7) truth.wrong = true;
    truth.mustRun = true;
    this.lab.event(name);
  }

  finishOne(mayFail: boolean): boolean {
    const finish = this.pick([...this.truths.values()].flatMap((each) => each.finish ?? []));
    finish?.(mayFail && this.random() < 0.15);
    return finish !== undefined;
  }
}

/** Random events, outcomes and swaps; the claims are those of the engine specification, section 2. */
test("any schedule keeps order, checks one at a time, and loses neither event nor notification", async () => {
  let good = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const world = new World(seed);
    await world.swap();
    for (let step = 0; step < 60; step++) {
      const choice = world.random();
      if (choice < 0.4) world.event();
      else if (choice < 0.9) world.finishOne(true);
      else if (choice < 0.95) await world.swap();
      else await quiet();
      if (world.random() < 0.5) await quiet();
    }
    while (world.lab.engine.busy) {
      world.finishOne(false);
      world.lab.clock.advance(1);
      await quiet();
    }
    for (const { name, state } of world.lab.engine.status()) {
      const truth = world.truths.get(name);
      if (state === "failed" || state === "blocked") continue;
      good++;
      if (state !== "ok") world.violated(`${name} is ${state} in the end`);
      if (truth?.wrong) world.violated(`${name} was not repaired`);
      if (truth?.mustRun) world.violated(`an event of ${name} was lost`);
      if (truth?.owed) world.violated(`a notification of ${name} was lost`);
    }
    await world.lab.engine.stop();
    expect({ seed, violations: world.violations }).toEqual({ seed, violations: [] });
  }
  expect(good).toBeGreaterThan(500);
});
