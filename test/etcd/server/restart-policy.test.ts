import { expect, test } from "bun:test";
import { RestartPolicy } from "../../../etcd/server/restart-policy.ts";
import { standardTimings } from "../../../etcd/server/timings.ts";

test("each failure is waited for twice as long, up to half a minute, and the tenth is the last", () => {
  const policy = new RestartPolicy(standardTimings);
  const delays = Array.from({ length: 10 }, (_, index) => policy.failed(index * 1000));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, undefined]);
});

test("failures longer ago than ten minutes do not count", () => {
  const policy = new RestartPolicy(standardTimings);
  const everyMinuteAndABit = Array.from({ length: 50 }, (_, index) => policy.failed(index * 67_000));
  expect(everyMinuteAndABit).not.toContain(undefined);
});

test("after a while of work the waiting starts anew, the counting does not", () => {
  const policy = new RestartPolicy({ ...standardTimings, failures: 4 });
  expect([policy.failed(0), policy.failed(1)]).toEqual([1000, 2000]);
  policy.recovered();
  expect([policy.failed(2), policy.failed(3)]).toEqual([1000, undefined]);
});
