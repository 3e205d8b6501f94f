import { afterEach, beforeEach, expect } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followHostName } from "../../src/os/host-name.ts";
import { withPrograms } from "../support/needs.ts";
import { type HostnameService, PrivateBus, serveHostname } from "./private-bus.ts";

const test = withPrograms("dbus-daemon");

let bus: PrivateBus;
let service: HostnameService;
let directory: string;
let ending: AbortController;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-hostname-"));
  bus = new PrivateBus();
  await bus.start();
  service = await serveHostname(bus.address, "first");
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  service.close();
  await bus.remove();
  rmSync(directory, { recursive: true });
});

/** What is told: names, and messages of errors after `error: `. */
function follow(busAddress = bus.address) {
  const told: string[] = [];
  let waiting: (() => void) | undefined;
  const tell = (what: string) => {
    told.push(what);
    waiting?.();
  };
  followHostName({
    onValue: tell,
    onError: (error) => tell(`error: ${error.message}`),
    log: () => {},
    signal: ending.signal,
    busAddress,
    file: join(directory, "hostname"),
  });
  return async () => {
    if (told.length === 0) await new Promise<void>((resolve) => (waiting = resolve));
    return told.shift();
  };
}

test("tells the name and each change that the service announces", async () => {
  const next = follow();
  expect(await next()).toBe("first");
  service.interface.rename("second");
  expect(await next()).toBe("second");
  service.interface.rename("third");
  expect(await next()).toBe("third");
});

test("looks again when the file changes", async () => {
  const next = follow();
  expect(await next()).toBe("first");
  service.setSilently("second");
  writeFileSync(join(directory, "hostname"), "second\n");
  expect(await next()).toBe("second");
});

test("says once that there is no bus", async () => {
  const next = follow(`unix:path=${directory}/bus`);
  expect(await next()).toStartWith(
    `error: could not connect to the message bus at unix:path=${directory}/bus: `,
  );
});

test("says that there is no service", async () => {
  service.close();
  const next = follow();
  expect(await next()).toStartWith(
    "error: org.freedesktop.DBus.Properties.Get of org.freedesktop.hostname1: ",
  );
});

test("keeps the name while the bus is away and follows the next bus", async () => {
  const next = follow();
  expect(await next()).toBe("first");
  await bus.stop();
  await bus.start();
  service = await serveHostname(bus.address, "after");
  expect(await next()).toBe("after");
});
