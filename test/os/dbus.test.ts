import { afterEach, beforeEach, describe, expect } from "bun:test";
import { connectDbus, type DbusCall, DbusError } from "../../src/os/dbus.ts";
import { withPrograms } from "../support/needs.ts";
import { type HostnameService, PrivateBus, serveHostname } from "./private-bus.ts";

const test = withPrograms("dbus-daemon");

const place = {
  destination: "org.freedesktop.hostname1",
  path: "/org/freedesktop/hostname1",
  interface: "org.freedesktop.hostname1",
} as const;
const echo: DbusCall = { ...place, interface: "org.freedesktop.DBus.Peer", member: "Ping" };
const listNames: DbusCall = {
  destination: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  interface: "org.freedesktop.DBus",
  member: "ListNames",
};

let bus: PrivateBus;
let service: HostnameService;
let ending: AbortController;

beforeEach(async () => {
  bus = new PrivateBus();
  await bus.start();
  service = await serveHostname(bus.address, "first");
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  service.close();
  await bus.remove();
});

async function failureOf(promise: Promise<unknown>): Promise<DbusError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DbusError)) throw new Error(`expected a DbusError, got ${error}`);
  return error;
}

test("calls methods and reads properties", async () => {
  const connection = await connectDbus({ address: bus.address, signal: ending.signal });
  expect((await connection.call(listNames))[0]).toContain("org.freedesktop.hostname1");
  expect(await connection.property(place, "Hostname")).toBe("first");
});

test("bounds how many calls are pending, and answers all", async () => {
  const connection = await connectDbus({ address: bus.address, signal: ending.signal });
  const replies = await Promise.all(
    Array.from({ length: 500 }, () => connection.property(place, "Hostname")),
  );
  expect(new Set(replies)).toEqual(new Set(["first"]));
});

describe("errors of the other side", () => {
  test("keep their name and message", async () => {
    const connection = await connectDbus({ address: bus.address, signal: ending.signal });
    const unknown = await failureOf(connection.call({ ...echo, destination: "org.example.Nobody" }));
    expect(unknown.type).toBe("org.freedesktop.DBus.Error.ServiceUnknown");
    expect(unknown.message).toContain("org.freedesktop.DBus.Peer.Ping of org.example.Nobody: ");
    const missing = await failureOf(connection.property(place, "NoSuchProperty"));
    expect(missing.type).toBeString();
  });
});

test("hears the signals it asked for, until it ends that", async () => {
  const connection = await connectDbus({ address: bus.address, signal: ending.signal });
  const heard: unknown[] = [];
  let notify = () => {};
  const end = await connection.onSignal(
    { sender: place.destination, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged" },
    (signal) => {
      heard.push(signal.body[0]);
      notify();
    },
  );
  const arrived = new Promise<void>((resolve) => {
    notify = resolve;
  });
  service.interface.rename("second");
  await arrived;
  expect(heard).toEqual(["org.freedesktop.hostname1"]);
  end();
  service.interface.rename("third");
  // The reply comes after all signals that were sent before it.
  expect(await connection.property(place, "Hostname")).toBe("third");
  expect(heard).toHaveLength(1);
});

describe("always settles", () => {
  test("where there is no bus", async () => {
    const failure = await failureOf(
      connectDbus({ address: "unix:path=/nowhere/bus", signal: ending.signal }),
    );
    expect(failure.message).toMatch(
      /^could not connect to the message bus at unix:path=\/nowhere\/bus: .*(no such file|ENOENT|Failed to connect)/i,
    );
  });

  test("with an address that is none", async () => {
    expect(
      (await failureOf(connectDbus({ address: "nonsense:x", signal: ending.signal }))).message,
    ).toContain("nonsense:x");
  });

  test("when the bus dies", async () => {
    const connection = await connectDbus({ address: bus.address, signal: ending.signal });
    bus.freeze();
    const call = failureOf(connection.call(listNames));
    await bus.stop();
    expect((await call).message).toContain("ListNames of org.freedesktop.DBus: ");
    expect(connection.closed.aborted).toBe(true);
    expect((await failureOf(connection.call(listNames))).message).toContain("ListNames");
  });

  test("when the connection is closed", async () => {
    const connection = await connectDbus({ address: bus.address, signal: ending.signal });
    bus.freeze();
    const call = failureOf(connection.call(listNames));
    ending.abort();
    expect((await call).message).toContain("the connection was closed");
  });

  test("when nobody answers in time", async () => {
    const connection = await connectDbus({ address: bus.address, signal: ending.signal });
    bus.freeze();
    expect((await failureOf(connection.call({ ...listNames, timeout: 1 }))).message).toContain(
      "no answer in time",
    );
  });

  test("when it is ended while it connects", async () => {
    bus.freeze();
    const connecting = failureOf(connectDbus({ address: bus.address, signal: ending.signal }));
    // Whatever state the attempt is in.
    setImmediate(() => ending.abort());
    expect((await connecting).message).toContain("the connection was closed");
  });
});
