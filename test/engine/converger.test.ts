import { expect, test } from "bun:test";
import { Converger } from "../../src/engine/converger.ts";
import { Lab, quiet, until } from "./lab.ts";

function converging(lab: Lab, seconds: number): boolean[] {
  const transitions: boolean[] = [];
  new Converger(lab.engine, seconds, (converged) => transitions.push(converged), lab.clock);
  return transitions;
}

test("is told after the time at rest, and again after every change", async () => {
  const lab = new Lab();
  let wrong = true;
  const transitions = converging(lab, 5);
  await lab.run([lab.resource("a", { check: () => !wrong })]);
  wrong = false;
  lab.clock.advance(4999);
  expect(transitions).toEqual([]);
  lab.clock.advance(1);
  expect(transitions).toEqual([true]);
  lab.event("a");
  await lab.engine.settled();
  expect(transitions).toEqual([true]);
  wrong = true;
  lab.event("a");
  await lab.engine.settled();
  expect(transitions).toEqual([true, false]);
  lab.clock.advance(5000);
  expect(transitions).toEqual([true, false, true]);
});

test("never comes before the first graph", async () => {
  const lab = new Lab();
  const transitions = converging(lab, 0);
  lab.clock.advance(100_000);
  await quiet();
  expect(transitions).toEqual([]);
  await lab.run([]);
  await quiet();
  expect(transitions).toEqual([true]);
});

test("waits for what runs", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  const transitions = converging(lab, 1);
  await lab.swap([lab.resource("a", { check: () => gate.promise })]);
  await until(() => lab.checked.length === 1);
  lab.clock.advance(10_000);
  expect(transitions).toEqual([]);
  gate.resolve(true);
  await lab.engine.settled();
  await quiet();
  expect(transitions).toEqual([true]);
});

test("is not kept away by polling, dry runs, failures, or what they block", async () => {
  const lab = new Lab();
  const transitions = converging(lab, 10);
  await lab.run(
    [
      lab.resource("polled", { meta: { poll: 1 } }),
      lab.resource("noop", { meta: { noop: true, poll: 1 }, check: () => false }),
      lab.resource("failed", {
        check: () => {
          throw new Error("broken");
        },
      }),
      lab.resource("blocked"),
    ],
    ["failed -> blocked"],
  );
  for (let second = 0; second < 30; second++) {
    lab.clock.advance(1000);
    await lab.engine.settled();
  }
  expect(transitions).toEqual([true]);
});

test("ends with a new graph that differs, not with one that does not", async () => {
  const lab = new Lab();
  const transitions = converging(lab, 0);
  await lab.run([lab.resource("a")]);
  await quiet();
  await lab.run([lab.resource("a")]);
  await quiet();
  expect(transitions).toEqual([true]);
  await lab.run([lab.resource("b")]);
  await quiet();
  expect(transitions).toEqual([true, false, true]);
});

test("is not kept away by what fails for good again and again, for the same reason", async () => {
  const lab = new Lab();
  const transitions = converging(lab, 10);
  const check = (): never => {
    throw new Error("broken");
  };
  await lab.run([lab.resource("a", { meta: { poll: 4 }, check })]);
  for (let second = 0; second < 30; second++) {
    lab.clock.advance(1000);
    await quiet();
  }
  expect(lab.checked.length).toBeGreaterThan(5);
  expect(transitions).toEqual([true]);
});
