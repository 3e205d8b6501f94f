/** What a store that is away keeps from succeeding is tried again until it is back, whatever Meta:retry says. */
import { expect, test } from "bun:test";
import { EtcdError } from "../../etcd/client/error.ts";
import { localWorld } from "../../src/world/local.ts";
import { Lab } from "./lab.ts";

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const away = new EtcdError("unreachable", "the store is away");

test("it is tried again, and nothing that comes after it is blocked for good", async () => {
  const lab = new Lab();
  let isAway = true;
  const resources = [
    lab.resource("a", {
      check: () => {
        if (isAway) throw away;
        return true;
      },
    }),
    lab.resource("b"),
  ];
  await lab.swap(resources, ["a -> b"]);
  await turns();
  for (let tries = 0; tries < 5; tries++) {
    lab.clock.advance(1000);
    await turns();
  }
  expect(lab.engine.status().map(({ state }) => state)).toEqual(["pending", "pending"]);
  expect(lab.logged.filter((line) => line.startsWith("warn"))).toHaveLength(1);
  isAway = false;
  lab.clock.advance(1000);
  await lab.engine.settled();
  expect(lab.engine.status().map(({ state }) => state)).toEqual(["ok", "ok"]);
});

test("whoever checks once only is told at once", async () => {
  const lab = new Lab({ watch: false });
  const check = (): boolean => {
    throw away;
  };
  await lab.run([lab.resource("a", { check })]);
  expect(lab.engine.status()[0]).toMatchObject({ state: "failed", error: "the store is away" });
});

test("what is exported no more is withdrawn when the store is back", async () => {
  const world = localWorld("/nonexistent");
  const withdrawn: string[] = [];
  let isAway = true;
  const exports = {
    ...world.exports,
    list: async () => {
      if (isAway) throw away;
      return [{ kind: "test", name: "old", from: "h1", to: "*", fields: new Map(), meta: new Map() }];
    },
    withdraw: async ({ name }: { readonly name: string }) => {
      withdrawn.push(name);
      return true;
    },
  } as const;
  const lab = new Lab({ world: { ...world, exports: Object.assign(Object.create(world.exports), exports) } });
  await lab.swap([lab.resource("a")]);
  await turns();
  expect(lab.logged.filter((line) => /^(?:warn|error)/.test(line))).toEqual([]);
  lab.clock.advance(1000);
  await turns();
  isAway = false;
  lab.clock.advance(1000);
  await turns();
  expect(withdrawn).toEqual(["old"]);
  lab.clock.advance(10_000);
  await lab.engine.stop();
  expect(lab.clock.pending).toBe(0);
});
