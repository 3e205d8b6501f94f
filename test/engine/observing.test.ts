import { expect, test } from "bun:test";
import type { CheckReport } from "../../src/engine/environment.ts";
import { ResourceError } from "../../src/engine/resource.ts";
import { Lab, quiet, until } from "./lab.ts";
import { ManualClock } from "./manual-clock.ts";

function checks(lab: Lab): CheckReport[] {
  const reports: CheckReport[] = [];
  lab.engine.observe({ checked: (report) => reports.push(report) });
  return reports;
}

test("a check is told with how long it took", async () => {
  const lab = new Lab();
  const reports = checks(lab);
  const gate = Promise.withResolvers<boolean>();
  await lab.swap([lab.resource("a", { check: () => gate.promise })]);
  await until(() => lab.checked.length === 1);
  lab.clock.advance(120);
  gate.resolve(false);
  await lab.engine.settled();
  expect(reports).toEqual([
    {
      kind: "test",
      name: "a",
      apply: true,
      changed: true,
      failed: false,
      late: false,
      duration: 120,
      repairedAfter: undefined,
    },
  ]);
});

test("a repair is measured from its event, over retries and what it had to wait for", async () => {
  const lab = new Lab();
  const reports = checks(lab);
  let outcome = (): boolean => true;
  let before: boolean | Promise<boolean> = true;
  const resources = [
    lab.resource("first", { check: () => before }),
    lab.resource("a", { meta: { retry: -1, delay: 100 }, check: () => outcome() }),
  ];
  await lab.run(resources, ["first -> a"]);
  const gate = Promise.withResolvers<boolean>();
  before = gate.promise;
  lab.event("first");
  await until(() => lab.checked.length === 3);
  lab.event("a");
  lab.clock.advance(7);
  outcome = () => {
    throw new ResourceError("not yet");
  };
  gate.resolve(true);
  await until(() => lab.status("a").nextRetry !== undefined);
  outcome = () => false;
  lab.clock.advance(100);
  await lab.engine.settled();
  expect(
    reports
      .filter(({ name }) => name === "a")
      .map(({ changed, failed, repairedAfter }) => [changed, failed, repairedAfter]),
  ).toEqual([
    [false, false, undefined],
    [false, true, undefined],
    [true, false, 107],
  ]);
});

test("an event during a check belongs to the next one", async () => {
  const lab = new Lab();
  const reports = checks(lab);
  const gates = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
  let checked = 0;
  await lab.swap([lab.resource("a", { check: () => gates[checked++]?.promise ?? true })]);
  await until(() => checked === 1);
  lab.clock.advance(10);
  lab.event("a");
  lab.clock.advance(10);
  gates[0]?.resolve(false);
  await until(() => checked === 2);
  lab.clock.advance(5);
  gates[1]?.resolve(false);
  await lab.engine.settled();
  expect(reports.map(({ repairedAfter }) => repairedAfter)).toEqual([undefined, 15]);
});

test("an event that finds nothing wrong is forgotten", async () => {
  const lab = new Lab();
  const reports = checks(lab);
  let wrong = false;
  const resources = [
    lab.resource("first", { check: () => !wrong }),
    lab.resource("a", { refreshable: true, check: ({ refresh }) => !refresh }),
  ];
  await lab.run(resources, ["first => a"]);
  lab.event("a");
  await lab.engine.settled();
  lab.clock.advance(1000);
  wrong = true;
  lab.event("first");
  await lab.engine.settled();
  expect(reports.map(({ name, changed, repairedAfter }) => [name, changed, repairedAfter])).toEqual([
    ["first", false, undefined],
    ["a", false, undefined],
    ["a", false, undefined],
    ["first", true, 0],
    ["a", true, undefined],
  ]);
});

test("failures of checks, watches and openings are told, with and without hope; excused ones are not", async () => {
  const lab = new Lab();
  const failures: string[] = [];
  lab.engine.observe({
    failed: ({ kind, name, message, final }) =>
      failures.push(`${kind}[${name}] ${final ? "hard" : "soft"}: ${message}`),
  });
  const fails = (why: string) => () => {
    throw new ResourceError(why);
  };
  let folder = true;
  await lab.run(
    [
      lab.resource("check", { meta: { retry: 1 }, check: fails("c") }),
      lab.resource("opening", { open: fails("o") }),
      lab.resource("watching", { watch: async () => fails("w")() }),
      lab.resource("folder", { check: () => folder }),
      lab.resource("inside", {
        check: () => {
          if (!folder) {
            lab.event("folder");
            throw new ResourceError("no folder");
          }
          return true;
        },
      }),
    ],
    ["folder -> inside"],
  );
  expect(failures.splice(0).sort()).toEqual([
    "test[check] hard: c",
    "test[check] soft: c",
    "test[opening] hard: o",
    "test[watching] hard: the watch failed: w",
  ]);
  folder = false;
  lab.event("inside");
  await quiet();
  folder = true;
  await lab.engine.settled();
  expect(failures).toEqual([]);
  expect(lab.status("inside").failures).toBe(0);
});

test("whatever changes what is known of a resource is told", async () => {
  const lab = new Lab();
  const gate = Promise.withResolvers<boolean>();
  let before: boolean | Promise<boolean> = true;
  await lab.run([lab.resource("first", { check: () => before }), lab.resource("a")], ["first -> a"]);
  let stirs = 0;
  const stop = lab.engine.observe({ stirred: () => stirs++ });
  const stirred = (): boolean => {
    const any = stirs > 0;
    stirs = 0;
    return any;
  };
  await quiet();
  expect(stirred()).toBe(false);
  before = gate.promise;
  lab.event("first");
  await until(() => lab.checked.length === 3);
  expect(stirred()).toBe(true);
  lab.event("a");
  expect(lab.status("a").state).toBe("pending");
  expect(stirred()).toBe(true);
  gate.resolve(true);
  await lab.engine.settled();
  expect(stirred()).toBe(true);
  await lab.run([lab.resource("first", { check: () => before })]);
  await quiet();
  expect(stirred()).toBe(true);
  stop();
  lab.event("first");
  await lab.engine.settled();
  expect(stirred()).toBe(false);
});

test("nobody is timed while nobody observes checks", async () => {
  class CountingClock extends ManualClock {
    asked = 0;
    override now(): number {
      this.asked++;
      return super.now();
    }
  }
  const clock = new CountingClock();
  const lab = new Lab({ clock }, { observed: false });
  await lab.run([lab.resource("a")]);
  clock.asked = 0;
  for (let round = 0; round < 10; round++) {
    lab.event("a");
    await lab.engine.settled();
  }
  expect(lab.status("a").checks).toBe(11);
  expect(clock.asked).toBe(0);
});
