import { expect, test } from "bun:test";
import { EtcdError } from "../../../etcd/client/error.ts";
import { StatusTeller } from "../../../src/agent/deploys/status-teller.ts";
import type { Condition } from "../../../src/agent/supply.ts";
import type { EngineObserver } from "../../../src/engine/environment.ts";
import type { HostStatus } from "../../../src/world/host-status-store.ts";
import { ManualClock } from "../../engine/manual-clock.ts";

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

class Bench {
  readonly clock = new ManualClock();
  readonly told: HostStatus[] = [];
  readonly logged: string[] = [];
  readonly ends = new AbortController();
  error: unknown;
  condition: Condition = {
    counts: { resources: 0, changed: 0, failed: 0, blocked: 0 },
    settled: false,
    converged: undefined,
  };
  observer: EngineObserver = {};

  readonly teller = new StatusTeller(
    {
      store: {
        report: async (_, status) => {
          if (this.error !== undefined) throw this.error;
          this.told.push(status);
        },
      },
      host: "h1",
      version: "1",
      agent: {
        condition: () => this.condition,
        observe: (observer) => {
          this.observer = observer;
          return () => {};
        },
      },
      log: (level, _, message) => void this.logged.push(`${level}: ${message}`),
      clock: this.clock,
    },
    this.ends.signal,
  );

  async after(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    await turns();
  }

  stir(resources = this.condition.counts.resources): void {
    this.condition = { ...this.condition, counts: { ...this.condition.counts, resources } };
    this.observer.stirred?.();
  }
}

test("what has changed is told at once, then twice a second at most, and the newest at last", async () => {
  const bench = new Bench();
  await bench.after(0);
  expect(bench.told).toHaveLength(1);
  for (const resources of [1, 2, 3]) bench.stir(resources);
  await bench.after(499);
  expect(bench.told).toHaveLength(1);
  await bench.after(1);
  expect(bench.told.map(({ counts }) => counts.resources)).toEqual([0, 3]);
});

test("what has not changed is not told", async () => {
  const bench = new Bench();
  await bench.after(0);
  for (let time = 0; time < 5; time++) {
    bench.stir();
    await bench.after(1000);
  }
  expect(bench.told).toHaveLength(1);
  bench.teller.setDeploy({ id: 1, state: "fetched", message: undefined, inForce: undefined });
  await bench.after(1000);
  expect(bench.told.at(-1)?.deploy).toMatchObject({ id: 1, state: "fetched" });
});

test("what could not be told is told later; a store that is away is nothing to complain of, other things are, once", async () => {
  const bench = new Bench();
  bench.error = new EtcdError("unreachable", "away");
  await bench.after(0);
  await bench.after(1000);
  expect(bench.logged).toEqual([]);
  bench.error = new EtcdError("permission-denied", "no");
  await bench.after(1000);
  await bench.after(1000);
  expect(bench.logged).toEqual(["warn: other hosts do not learn how this one is: no"]);
  bench.error = undefined;
  await bench.after(1000);
  expect(bench.told).toHaveLength(1);
});

test("nothing is told when it has ended", async () => {
  const bench = new Bench();
  bench.ends.abort();
  bench.stir(1);
  await bench.after(5000);
  expect(bench.told).toEqual([]);
});
