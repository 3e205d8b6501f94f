/** What a store that is away keeps from succeeding is tried again until it is back, whatever Meta:retry says. */
import { expect, test } from "bun:test";
import { EtcdError } from "../../etcd/client/error.ts";
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
