import { expect, test } from "bun:test";
import { ResourceError } from "../../src/engine/resource.ts";
import { Lab, quiet, until } from "./lab.ts";

/** A check that fails as long as there are reasons in the list. */
function failing(...reasons: string[]): () => boolean {
  return () => {
    const reason = reasons.shift();
    if (reason !== undefined) throw new ResourceError(reason);
    return true;
  };
}

test("counts what became of a resource since it entered the graph", async () => {
  const lab = new Lab();
  let wrong = true;
  const check = (): boolean => {
    const ok = !wrong;
    wrong = false;
    return ok;
  };
  const a = lab.resource("a", { check });
  const looked = lab.resource("looked at", { meta: { noop: true }, check: () => false });
  await lab.run([a, looked]);
  lab.event("a");
  await lab.engine.settled();
  wrong = true;
  lab.event("a");
  await lab.engine.settled();
  expect(lab.status("a")).toMatchObject({ checks: 3, applies: 3, changes: 2, failures: 0 });
  expect(lab.status("looked at")).toMatchObject({ checks: 1, applies: 0, changes: 0, failures: 0 });
  await lab.run([a, lab.resource("b")]);
  expect(lab.status("a").checks).toBe(3);
  expect(lab.status("b").checks).toBe(1);
});

test("a good resource is good since it was last made right or added; checks that find nothing do not matter", async () => {
  const lab = new Lab();
  let wrong = false;
  const a = lab.resource("a", { check: () => !wrong });
  lab.clock.advance(10);
  await lab.run([a]);
  expect(lab.status("a")).toMatchObject({ state: "ok", since: 10, lastChange: undefined });
  lab.clock.advance(10);
  lab.event("a");
  await lab.engine.settled();
  expect(lab.status("a").since).toBe(10);
  lab.clock.advance(10);
  wrong = true;
  lab.event("a");
  await lab.engine.settled();
  expect(lab.status("a")).toMatchObject({ since: 30, lastChange: 30 });
  lab.clock.advance(10);
  await lab.run([a, lab.resource("b")]);
  expect(lab.status("a").since).toBe(30);
  expect(lab.status("b").since).toBe(40);
});

test("a resource that tries again says when, and fails since the first time", async () => {
  const lab = new Lab();
  const a = lab.resource("a", { meta: { retry: 2, delay: 100 }, check: failing("one", "two") });
  await lab.swap([a]);
  await until(() => lab.status("a").failures === 1);
  expect(lab.status("a")).toMatchObject({ state: "pending", since: 0, nextRetry: 100, error: "one" });
  lab.clock.advance(100);
  await quiet();
  expect(lab.status("a")).toMatchObject({ since: 0, nextRetry: 200, error: "two", failures: 2 });
  lab.clock.advance(100);
  await lab.engine.settled();
  expect(lab.status("a")).toMatchObject({
    state: "ok",
    since: 200,
    nextRetry: undefined,
    error: undefined,
    lastError: { message: "two", at: 100 },
    failures: 2,
  });
});

test("a resource that failed for good, and those that it blocks, say since when", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  const resources = [
    lab.resource("broken", { check: failing("no") }),
    lab.resource("slow", { check: () => gate.promise }),
    lab.resource("both"),
    lab.resource("last"),
  ];
  await lab.swap(resources, ["broken -> both", "slow -> both", "both -> last"]);
  await until(() => lab.status("broken").state === "failed" && lab.checked.includes("slow"));
  expect(lab.status("both")).toMatchObject({ state: "pending", waitsFor: "test[slow]" });
  lab.clock.advance(50);
  gate.resolve(true);
  await lab.engine.settled();
  expect(lab.status("broken")).toMatchObject({ state: "failed", since: 0, nextRetry: undefined });
  for (const name of ["both", "last"]) {
    expect(lab.status(name)).toMatchObject({
      state: "blocked",
      since: 50,
      blockedBy: ["test[broken]"],
      waitsFor: undefined,
    });
  }
});

test("a check that takes its time is pending since it began", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  let fast = true;
  await lab.run([lab.resource("a", { check: () => fast || gate.promise })]);
  fast = false;
  lab.clock.advance(70);
  lab.event("a");
  await until(() => lab.checked.length === 2);
  lab.clock.advance(5);
  expect(lab.status("a")).toMatchObject({ state: "pending", since: 70, checks: 1 });
  gate.resolve(true);
  await lab.engine.settled();
  expect(lab.status("a")).toMatchObject({ state: "ok", since: 0, checks: 2 });
});

test("a watch that starts over says when", async () => {
  const lab = new Lab();
  let broken = true;
  const watch = async ({ ready }: { ready(): void }): Promise<void> => {
    if (broken) throw new Error("gone");
    ready();
  };
  await lab.swap([lab.resource("a", { meta: { retry: 1, delay: 30 }, watch })]);
  await until(() => lab.status("a").failures === 1);
  expect(lab.status("a")).toMatchObject({ state: "pending", nextRetry: 30, error: "the watch failed: gone" });
  broken = false;
  lab.clock.advance(30);
  await lab.engine.settled();
  expect(lab.status("a")).toMatchObject({ state: "ok", nextRetry: undefined });
});

test("the tally agrees with the status", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  const resources = [
    lab.resource("broken", { check: failing("no") }),
    lab.resource("blocked"),
    lab.resource("retrying", { kind: "other", meta: { retry: -1, delay: 10 }, check: failing("a", "b") }),
    lab.resource("one", { groupKey: "g" }),
    lab.resource("two", { groupKey: "g" }),
    lab.resource("slow", { kind: "other", meta: { sema: ["s"] }, check: () => gate.promise }),
    lab.resource("slower", { kind: "other", meta: { sema: ["s"] } }),
  ];
  await lab.swap(resources, ["broken -> blocked"]);
  await until(() => lab.engine.tally().running === 1 && lab.status("broken").state === "failed");
  const { kinds, queued, running } = lab.engine.tally();
  expect(Object.fromEntries(kinds)).toEqual({
    test: { resources: 4, retrying: 0, failed: 1, blocked: 1 },
    other: { resources: 3, retrying: 1, failed: 0, blocked: 0 },
  });
  expect({ queued, running }).toEqual({ queued: 1, running: 1 });
  gate.resolve(true);
  await quiet();
  expect(lab.engine.tally()).toMatchObject({ queued: 0, running: 0 });
});
