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

test("what somebody may wait for is told without delay, unless it goes on and on", async () => {
  const bench = new Bench();
  await bench.after(5000);
  const tell = async (id: number): Promise<void> => {
    bench.teller.setDeploy({ id, state: "running", message: undefined, inForce: id });
    await bench.after(20);
  };
  bench.stir(1);
  await bench.after(20);
  bench.stir(2);
  await bench.after(20);
  expect(bench.told.map(({ counts }) => counts.resources)).toEqual([0, 1]);
  await tell(1);
  expect(bench.told.at(-1)).toMatchObject({ deploy: { id: 1 }, counts: { resources: 2 } });
  for (let id = 2; id < 20; id++) await tell(id);
  expect(bench.told.length).toBeLessThanOrEqual(7);
  await bench.after(500);
  expect(bench.told.at(-1)?.deploy).toMatchObject({ id: 19 });
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
