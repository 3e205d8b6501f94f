import { afterEach, beforeEach, expect } from "bun:test";
import { createHost } from "../../src/agent/host.ts";
import { Emissions } from "../lang/core/call.ts";
import { withPrograms } from "../support/needs.ts";
import { PrivateBus, serveFirmware } from "./private-bus.ts";

const test = withPrograms("dbus-daemon");

let bus: PrivateBus;
let ending: AbortController;
let logged: string[];

beforeEach(async () => {
  bus = new PrivateBus();
  await bus.start();
  ending = new AbortController();
  logged = [];
});
afterEach(async () => {
  ending.abort();
  await bus.remove();
});

function follow(busAddress = bus.address): Emissions {
  const host = createHost({
    hostname: "here",
    log: (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
    signal: ending.signal,
    busAddress,
  });
  return new Emissions("sys/fwupd.reboot_needed", [], host);
}

test("an update that waits for a restart is told, and that it no longer does", async () => {
  const service = await serveFirmware(bus.address, 2, 4);
  const needed = follow();
  expect(await needed.next()).toBe(true);
  service.setStates(2, 3);
  expect(await needed.next()).toBe(false);
  service.setStates(4);
  expect(await needed.next()).toBe(true);
  service.close();
});

test("a daemon that comes later is asked; one that goes leaves its answer", async () => {
  const needed = follow();
  expect(await needed.next()).toBe(false);
  const first = await serveFirmware(bus.address, 4);
  expect(await needed.next()).toBe(true);
  first.close();
  const second = await serveFirmware(bus.address, 1);
  expect(await needed.next()).toBe(false);
  second.close();
});

test("without a bus no update waits", async () => {
  const needed = follow(`${bus.address}-none`);
  expect(await needed.next()).toBe(false);
  expect(logged).toEqual([
    expect.stringMatching(/^info fwupd\.reboot_needed: no firmware updates are known: could not connect/),
  ]);
});
