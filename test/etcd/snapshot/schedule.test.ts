import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { readSnapshot } from "../../../etcd/snapshot/read.ts";
import {
  type Clock,
  runSnapshots,
  type ScheduleOptions,
  type SnapshotEvent,
  scheduledName,
  scheduledTime,
  takeSnapshot,
} from "../../../etcd/snapshot/schedule.ts";
import { TestServer, withEtcd } from "../support/server.ts";
import { clientOf, list, maintenanceOf, Scratch } from "../support/snapshots.ts";

const hour = 60 * 60 * 1000;
const start = Date.parse("2030-01-01T02:00:00Z");

/** Time passes at once, whenever somebody waits for it. */
class FastClock implements Clock {
  time = start;
  pauses: number[] = [];

  now(): Date {
    return new Date(this.time);
  }

  async pause(milliseconds: number): Promise<void> {
    this.pauses.push(milliseconds);
    this.time += milliseconds;
  }
}

/** Runs until so many events have been told. */
async function runFor(
  count: number,
  options: Omit<ScheduleOptions, "onEvent">,
  onEvent: (event: SnapshotEvent) => void = () => {},
): Promise<readonly SnapshotEvent[]> {
  const ends = new AbortController();
  const events: SnapshotEvent[] = [];
  await runSnapshots(
    {
      ...options,
      onEvent: (event) => {
        events.push(event);
        onEvent(event);
        if (events.length === count) ends.abort();
      },
    },
    ends.signal,
  );
  return events;
}

test("names tell when a snapshot was taken, and are those of no other file", () => {
  const name = scheduledName(new Date("2030-02-03T04:05:06.789Z"), 42n);
  expect(name).toBe("nightly-20300203T040506Z-r42.db");
  expect(scheduledTime(name)).toBe(Date.parse("2030-02-03T04:05:06Z"));
  for (const other of ["store.db", `x${name}`, `${name}.bak`, "nightly-20301303T040506Z-r1.db", `.${name}`])
    expect(scheduledTime(other)).toBeUndefined();
});

withEtcd("one each day, and the last seven are kept, with whatever else is there", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const clock = new FastClock();
  writeFileSync(scratch.at("mine.db"), "mine");
  writeFileSync(scratch.at(".snapshot.99999999.partial"), "left by one that was killed");
  const events = await runFor(9, { maintenance: maintenanceOf(client), directory: scratch.path, clock });
  expect(events.map(({ type }) => type)).toEqual(Array(9).fill("saved"));
  const dates = ["03", "04", "05", "06", "07", "08", "09"];
  expect(list(scratch.path)).toEqual([
    "mine.db",
    ...dates.map((date) => `nightly-203001${date}T020000Z-r1.db`),
  ]);
  expect(events.at(-1)).toHaveProperty("pruned", ["nightly-20300102T020000Z-r1.db"]);
  expect((await readSnapshot(scratch.at("nightly-20300109T020000Z-r1.db"))).revision).toBe(1n);
  expect(Math.max(...clock.pauses)).toBe(hour);
});

withEtcd("one that was missed is made up for at once, one that is not due is waited for", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const options = { maintenance: maintenanceOf(client), directory: scratch.path, keep: 3 };
  const clock = new FastClock();
  const old = new Date(start - 100 * hour);
  writeFileSync(scratch.at(scheduledName(old, 5n)), "old");
  await runFor(1, { ...options, clock });
  expect(clock.time).toBe(start);
  const again = new FastClock();
  again.time = start + 10 * hour;
  await runFor(1, { ...options, clock: again });
  expect(again.time).toBe(start + 24 * hour);
});

withEtcd("snapshots from the future keep nothing from being taken, and are the first to go", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  for (let index = 0; index < 3; index++)
    writeFileSync(scratch.at(scheduledName(new Date(start + (index + 1) * 1000 * hour), 1n)), "future");
  const clock = new FastClock();
  const { pruned } = await takeSnapshot({
    maintenance: maintenanceOf(client),
    directory: scratch.path,
    keep: 1,
    clock,
  });
  expect(pruned).toHaveLength(3);
  expect(list(scratch.path)).toEqual([scheduledName(clock.now(), 1n)]);
});

withEtcd("a failure is told once, tried again, and forgotten when it is over", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const clock = new FastClock();
  let failures = 0;
  let down = server.kill();
  const retrying: Clock = {
    now: () => clock.now(),
    async pause(milliseconds) {
      await clock.pause(milliseconds);
      if (milliseconds !== 1234) return;
      failures++;
      if (failures === 3) down = server.restart();
      await down;
    },
  };
  await down;
  const events = await runFor(2, {
    maintenance: maintenanceOf(client),
    directory: scratch.path,
    clock: retrying,
    retry: 1234,
  });
  expect(events.map(({ type }) => type)).toEqual(["failed", "saved"]);
  expect(events[0]).toHaveProperty("error.kind", "unreachable");
  // The way to a server that is up again may take another try.
  expect(failures).toBeGreaterThanOrEqual(3);
  expect(list(scratch.path)).toHaveLength(1);
});

withEtcd("a directory that cannot be made is told", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  writeFileSync(scratch.at("file"), "");
  const clock = new FastClock();
  const [event] = await runFor(1, {
    maintenance: maintenanceOf(client),
    directory: scratch.at("file/snapshots"),
    clock,
  });
  expect(event).toHaveProperty("error.message", expect.stringContaining("snapshots cannot be kept in"));
});

withEtcd("room that others need is left to them", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const [event] = await runFor(1, {
    maintenance: maintenanceOf(client),
    directory: scratch.path,
    clock: new FastClock(),
    spare: 1e18,
  });
  expect(event).toHaveProperty("error.kind", "no-space");
  expect(list(scratch.path)).toEqual([]);
});
