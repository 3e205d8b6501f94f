import { describe, expect, test } from "bun:test";
import { MapValue } from "../../lang/value.ts";
import { msg, msgTo } from "../../src/resources/msg.ts";
import { JournalReceiver, readEntry } from "../os/journal-receiver.ts";
import { type Fields, flawOf, openResource, resourceOf, Scratch } from "./harness.ts";

const priority = "Info";
const fields = (...names: string[]): MapValue => new MapValue(names.map((name) => [name, "x"]));

test("is logged once, and again when notified; every run counts as a change", async () => {
  await using resource = await openResource(msg, "test", { body: "hello", priority, syslog: true });
  expect(await resource.noop()).toBe(false);
  expect(await resource.apply()).toBe(false);
  expect(await resource.apply()).toBe(false);
  expect(resource.logs).toEqual(["Body: hello"]);
  expect(await resource.apply({ refresh: true })).toBe(false);
  expect(resource.logs).toEqual(["Body: hello", "Body: hello"]);
});

describe("the journal", () => {
  test("gets it once, and again when notified, but not by looking only", async () => {
    await using scratch = new Scratch();
    using receiver = new JournalReceiver(scratch.at("socket"));
    const body = "two\nlines";
    await using resource = await openResource(msgTo(scratch.at("socket")), "test", {
      body,
      priority: "Warning",
      journal: true,
      fields: new MapValue([
        ["UNIT", "a.service"],
        ["TEXT", "= \n"],
      ]),
    });
    await resource.noop();
    expect(receiver.receive()).toBeUndefined();
    const entry: readonly (readonly [string, string])[] = [
      ["PRIORITY", "4"],
      ["MESSAGE", body],
      ["TEXT", "= \n"],
      ["UNIT", "a.service"],
    ];
    for (const run of [{}, { refresh: true }]) {
      expect(await resource.apply(run)).toBe(false);
      expect(readEntry(receiver.receive()?.bytes ?? Buffer.alloc(0))).toEqual([...entry]);
      await resource.apply();
      expect(receiver.receive()).toBeUndefined();
    }
  });

  test.each([
    ["Emerg", 0],
    ["Alert", 1],
    ["Crit", 2],
    ["Err", 3],
    ["Warning", 4],
    ["Notice", 5],
    ["Info", 6],
    ["Debug", 7],
  ])("%s is %i", async (name, level) => {
    await using scratch = new Scratch();
    using receiver = new JournalReceiver(scratch.at("socket"));
    await using resource = await openResource(msgTo(scratch.at("socket")), "test", {
      priority: name,
      journal: true,
    });
    await resource.apply();
    expect(receiver.receive()?.bytes.toString()).toBe(`PRIORITY=${level}\nMESSAGE=\n`);
  });

  test("that cannot be reached is tried again in the next run", async () => {
    await using scratch = new Scratch();
    const socket = scratch.at("socket");
    await using resource = await openResource(msgTo(socket), "test", { priority, journal: true });
    await expect(resource.apply()).rejects.toThrow(
      `could not write to the journal at ${socket}: journald is not running`,
    );
    using receiver = new JournalReceiver(socket);
    await resource.apply();
    expect(receiver.receive()).toBeDefined();
    expect(resource.logs).toEqual(["Body: "]);
  });

  test("gets nothing unless that is wanted", async () => {
    await using scratch = new Scratch();
    using receiver = new JournalReceiver(scratch.at("socket"));
    await using resource = await openResource(msgTo(scratch.at("socket")), "test", { priority });
    await resource.apply();
    expect(receiver.receive()).toBeUndefined();
  });
});

describe("what is refused", () => {
  test.each<[Fields, string | undefined]>([
    [{ priority }, undefined],
    [{ priority, fields: fields("A", "b_2") }, undefined],
    [{ priority, fields: fields("A-B") }, "invalid character in field A-B"],
    [{ priority, fields: fields("") }, "invalid character in field "],
    [{ priority, fields: fields("A", "_B") }, "fields cannot begin with _"],
    [{}, "invalid Priority ''"],
    [{ priority: "info" }, "invalid Priority 'info'"],
    [{ priority: "6" }, "invalid Priority '6'"],
  ])("%o: %s", (given, flaw) => expect(flawOf(msg, "test", given)).toBe(flaw));
});

test("every parameter counts when comparing", () => {
  const standard: Fields = { body: "a", priority, fields: fields("A") };
  const one = resourceOf(msg, "test", standard);
  expect(one.equals(resourceOf(msg, "test", { ...standard, journal: false, syslog: false }))).toBe(true);
  for (const other of [
    { body: "b" },
    { priority: "Debug" },
    { fields: fields("B") },
    { journal: true },
    { syslog: true },
  ]) {
    expect(one.equals(resourceOf(msg, "test", { ...standard, ...other }))).toBe(false);
  }
});
