import { expect, test } from "bun:test";
import { Lab, quiet, until } from "./lab.ts";

test("an orderly end: watches end and all is cleaned up, the last first", async () => {
  const lab = new Lab();
  await lab.run([lab.resource("a"), lab.resource("b", { meta: { poll: 5 } })], ["a -> b"]);
  lab.history.length = 0;
  await lab.engine.stop();
  expect(lab.history).toEqual(["cleanup b", "unwatch a", "cleanup a"]);
  expect(lab.clock.pending).toBe(0);
  expect(lab.states()).toEqual(["a: ok", "b: ok"]);
  expect(() => lab.engine.swap({ resources: [], edges: [] })).toThrow("has been stopped");
});

test("running checks finish, nothing else starts, retries are not waited for", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  const aborted: unknown[] = [];
  const slow = lab.resource("slow", {
    check: ({ signal }) => {
      signal.addEventListener("abort", () => aborted.push(signal.reason));
      return gate.promise;
    },
  });
  const trying = lab.resource("trying", {
    meta: { retry: -1, delay: 1000 },
    check: () => {
      throw new Error("not yet");
    },
  });
  await lab.swap(
    [slow, trying, lab.resource("after"), lab.resource("idle")],
    ["slow -> after", "trying -> after"],
  );
  await until(() => lab.checked.length === 3);
  let stopped = false;
  const stop = lab.engine.stop().then(() => {
    stopped = true;
  });
  lab.event("idle");
  await quiet();
  expect(stopped).toBe(false);
  gate.resolve(false);
  await stop;
  expect(lab.checked).toEqual(["idle", "slow", "trying"]);
  expect(aborted).toEqual([]);
  expect(lab.status("slow")).toMatchObject({ state: "ok", changes: 1 });
  await lab.engine.settled();
});

test("an interrupt gives running checks up, which is no failure", async () => {
  const lab = new Lab();
  const check = ({ signal }: { signal: AbortSignal }): Promise<boolean> =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("killed"))));
  await lab.swap([lab.resource("a", { check }), lab.resource("b")], ["a -> b"]);
  await until(() => lab.checked.length === 1);
  const stop = lab.engine.stop();
  lab.engine.interrupt();
  await stop;
  expect(lab.states()).toEqual(["a: pending", "b: pending"]);
  expect(lab.runs).toEqual([]);
  expect(lab.checked).toEqual(["a"]);
});

test("a check that heeds nothing does not keep the agent from ending", async () => {
  const lab = new Lab();
  let release = (): void => undefined;
  const check = (): Promise<boolean> =>
    new Promise((resolve) => {
      release = () => resolve(true);
    });
  await lab.swap([
    lab.resource("deaf", { check }),
    lab.resource("held", { check, interrupt: () => release() }),
  ]);
  await until(() => lab.checked.length === 2);
  const stop = lab.engine.stop();
  lab.engine.interrupt();
  lab.engine.kill();
  await quiet();
  expect(lab.history).toContain("interrupt deaf");
  expect(lab.history).toContain("cleanup held");
  lab.clock.advance(3000);
  await quiet();
  lab.clock.advance(1000);
  await stop;
  expect(lab.logged).toContain("error test[deaf]: the check did not end within 3 s and is left behind");
});

test("a stop during a swap ends what is still opening", async () => {
  const lab = new Lab();
  const opening = Promise.withResolvers<{ checkApply: () => boolean; cleanup: () => void }>();
  let cleaned = false;
  const swap = lab.swap([lab.resource("a", { open: () => opening.promise })]);
  const stop = lab.engine.stop();
  opening.resolve({
    checkApply: () => true,
    cleanup: () => {
      cleaned = true;
    },
  });
  await stop;
  await swap;
  expect(cleaned).toBe(true);
  expect(lab.checked).toEqual([]);
});

test("what goes on all the same when a resource leaves is cut off", async () => {
  const lab = new Lab();
  let release = (): void => undefined;
  const held = lab.resource("held", {
    check: () =>
      new Promise((resolve) => {
        release = () => resolve(true);
      }),
    interrupt: () => release(),
  });
  await lab.swap([held]);
  await until(() => lab.checked.length === 1);
  const swapped = lab.swap([]);
  await quiet();
  expect(lab.history).not.toContain("interrupt held");
  lab.clock.advance(30_000);
  await swapped;
  expect(lab.history.slice(-2)).toEqual(["interrupt held", "cleanup held"]);
  expect(lab.logged).toContain("warn test[held]: the check did not end within 30 s and was cut off");
});
