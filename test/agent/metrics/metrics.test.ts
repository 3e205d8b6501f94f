/** Each metric says what is so: of a real engine, on a clock that is turned by hand. */
import { beforeEach, describe, expect, test } from "bun:test";
import { Metrics } from "../../../src/agent/metrics/metrics.ts";
import { ResourceError } from "../../../src/engine/resource.ts";
import { Lab, quiet, until } from "../../engine/lab.ts";
import { Scrape } from "../../support/scrape.ts";

let lab: Lab;
let metrics: Metrics;
beforeEach(() => {
  lab = new Lab();
  metrics = new Metrics(["test", "other"], "1.2.3");
  metrics.observe(lab.engine);
});

async function scrape(): Promise<Scrape> {
  return new Scrape(await metrics.text());
}

const fails = (): never => {
  throw new ResourceError("no");
};

describe("before anything has happened", () => {
  const combinations = ["true", "false"].flatMap((apply) =>
    ["true", "false"].flatMap((eventful) =>
      ["true", "false"].map((errorful) => `apply="${apply}",eventful="${eventful}",errorful="${errorful}"`),
    ),
  );
  const wanted = ["test", "other"].flatMap((kind) => [
    ...combinations.map((labels) => `mgmt_checkapply_total{kind="${kind}",${labels}}`),
    `mgmt_resources{kind="${kind}"}`,
    `mgmt_blocked_resources{kind="${kind}"}`,
    ...["soft", "hard"].flatMap((failure) => [
      `mgmt_failures_total{kind="${kind}",failure="${failure}"}`,
      `mgmt_failures{kind="${kind}",failure="${failure}"}`,
    ]),
  ]);

  test.each([...wanted, "mgmt_graph_start_time_seconds", "mgmt_queue_length", "mgmt_running_checks"])(
    "%s is 0",
    async (series) => expect((await scrape()).value(series)).toBe(0),
  );

  test("the version is known", async () => {
    expect((await scrape()).value('mgmt_build_info{version="1.2.3"}')).toBe(1);
  });
});

test("checks are counted by what came of them", async () => {
  await lab.run([
    ...["a", "b", "c"].map((name) => lab.resource(name, { check: () => false })),
    lab.resource("d", { meta: { noop: true }, check: () => false }),
    lab.resource("e", { kind: "other" }),
    lab.resource("f", { kind: "other", check: fails }),
    lab.resource("g", { kind: "other", meta: { noop: true }, check: fails }),
  ]);
  const found = await scrape();
  expect(found.nonzero("mgmt_checkapply_total")).toEqual({
    'mgmt_checkapply_total{kind="test",apply="true",eventful="true",errorful="false"}': 3,
    'mgmt_checkapply_total{kind="test",apply="false",eventful="true",errorful="false"}': 1,
    'mgmt_checkapply_total{kind="other",apply="true",eventful="false",errorful="false"}': 1,
    'mgmt_checkapply_total{kind="other",apply="true",eventful="false",errorful="true"}': 1,
    'mgmt_checkapply_total{kind="other",apply="false",eventful="false",errorful="true"}': 1,
  });
});

test("resources are those of the running graph, members of groups and those in noop mode among them", async () => {
  await lab.run([
    lab.resource("a", { groupKey: "g" }),
    lab.resource("b", { groupKey: "g" }),
    lab.resource("c", { meta: { noop: true } }),
    lab.resource("d", { kind: "other" }),
  ]);
  expect((await scrape()).nonzero("mgmt_resources")).toEqual({
    'mgmt_resources{kind="test"}': 3,
    'mgmt_resources{kind="other"}': 1,
  });
  await lab.run([lab.resource("c")]);
  expect((await scrape()).nonzero("mgmt_resources")).toEqual({ 'mgmt_resources{kind="test"}': 1 });
});

test("a failure is soft while there is hope, hard when there is none, and over when it is over", async () => {
  let broken = true;
  const check = () => (broken ? fails() : true);
  await lab.swap([
    lab.resource("endless", { meta: { retry: -1, delay: 10 }, check }),
    lab.resource("hopeless", { kind: "other", check }),
    lab.resource("after it", { kind: "other" }),
  ]);
  await quiet();
  for (let round = 0; round < 3; round++) {
    lab.clock.advance(10);
    await quiet();
  }
  const failing = await scrape();
  expect(failing.nonzero("mgmt_failures")).toEqual({
    'mgmt_failures{kind="test",failure="soft"}': 1,
    'mgmt_failures{kind="other",failure="hard"}': 1,
  });
  expect(failing.nonzero("mgmt_failures_total")).toEqual({
    'mgmt_failures_total{kind="test",failure="soft"}': 4,
    'mgmt_failures_total{kind="other",failure="hard"}': 1,
  });
  broken = false;
  lab.event("hopeless");
  lab.clock.advance(2000);
  await lab.engine.settled();
  const good = await scrape();
  expect(good.nonzero("mgmt_failures")).toEqual({});
  expect(good.nonzero("mgmt_failures_total")).toEqual(failing.nonzero("mgmt_failures_total"));
});

test("what others block is counted", async () => {
  await lab.run(
    [lab.resource("a", { check: fails }), lab.resource("b"), lab.resource("c", { kind: "other" })],
    ["a -> b", "b -> c"],
  );
  expect((await scrape()).nonzero("mgmt_blocked_resources")).toEqual({
    'mgmt_blocked_resources{kind="test"}': 1,
    'mgmt_blocked_resources{kind="other"}': 1,
  });
  await lab.run([lab.resource("b")]);
  expect((await scrape()).nonzero("mgmt_blocked_resources")).toEqual({});
});

test("what runs, and what waits for its turn, is counted", async () => {
  const gate = Promise.withResolvers<boolean>();
  const resource = (name: string) => lab.resource(name, { meta: { sema: ["s"] }, check: () => gate.promise });
  await lab.swap(["a", "b", "c"].map(resource));
  await until(() => lab.checked.length === 1);
  const found = await scrape();
  expect(found.value("mgmt_running_checks")).toBe(1);
  expect(found.value("mgmt_queue_length")).toBe(2);
  gate.resolve(true);
  await lab.engine.settled();
  const after = await scrape();
  expect(after.value("mgmt_running_checks")).toBe(0);
  expect(after.value("mgmt_queue_length")).toBe(0);
});

test("durations are those of checks, by whether they changed anything, and of repairs from their event", async () => {
  let gate = Promise.withResolvers<boolean>();
  await lab.swap([lab.resource("a", { check: () => gate.promise })]);
  await until(() => lab.checked.length === 1);
  lab.clock.advance(250);
  gate.resolve(true);
  await lab.engine.settled();
  gate = Promise.withResolvers();
  lab.event("a");
  await until(() => lab.checked.length === 2);
  lab.clock.advance(2000);
  gate.resolve(false);
  await lab.engine.settled();
  const found = await scrape();
  for (const [metric, sum] of [
    ["mgmt_check_duration_seconds", 0.25],
    ["mgmt_apply_duration_seconds", 2],
    ["mgmt_repair_duration_seconds", 2],
  ]) {
    expect(found.value(`${metric}_count{kind="test"}`)).toBe(1);
    expect(found.value(`${metric}_sum{kind="test"}`)).toBe(Number(sum));
  }
});

test("a graph counts from when it has taken effect", async () => {
  const gate = Promise.withResolvers<void>();
  await lab.run([lab.resource("a", { cleanup: () => gate.promise })]);
  const first = (await scrape()).value("mgmt_graph_start_time_seconds");
  expect(Math.abs(Date.now() / 1000 - first)).toBeLessThan(60);
  const swapped = lab.swap([lab.resource("b")]);
  await quiet();
  lab.clock.advance(3000);
  expect((await scrape()).value("mgmt_graph_swap_duration_seconds_count")).toBe(1);
  gate.resolve();
  await swapped;
  const found = await scrape();
  expect(found.value("mgmt_graph_swap_duration_seconds_count")).toBe(2);
  expect(found.value("mgmt_graph_swap_duration_seconds_sum")).toBe(3);
  expect(found.value("mgmt_graph_start_time_seconds")).toBeGreaterThanOrEqual(first);
});

test("ticks are counted and measured, failing ones as well", async () => {
  expect(metrics.tick(() => "done")).toBe("done");
  expect(() => metrics.tick(fails)).toThrow("no");
  const found = await scrape();
  expect(found.value("mgmt_dataflow_tick_duration_seconds_count")).toBe(2);
  expect(found.value("mgmt_dataflow_tick_duration_seconds_sum")).toBeGreaterThan(0);
});

test("the process tells of itself", async () => {
  const found = await scrape();
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_open_fds",
    "process_max_fds",
  ]) {
    expect(found.value(name)).toBeGreaterThan(0);
  }
  expect(found.value("process_open_fds")).toBeLessThan(found.value("process_max_fds"));
  expect(found.value("process_resident_memory_bytes")).toBeLessThan(
    found.value("process_virtual_memory_bytes"),
  );
  const age = Date.now() / 1000 - found.value("process_start_time_seconds");
  expect(Math.abs(age - process.uptime())).toBeLessThan(2);
});
