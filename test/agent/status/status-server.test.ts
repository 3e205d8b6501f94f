import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StatusServer } from "../../../src/agent/status/status-server.ts";
import type { EngineObserver } from "../../../src/engine/environment.ts";
import { quiet, until } from "../../engine/lab.ts";
import { RawClient } from "./raw-client.ts";

let directory: string;
let path: string;
/** What is so, until `change` says otherwise. */
let state: { readonly value: unknown };
let snapshots: number;
let observers: Set<EngineObserver>;
let server: StatusServer;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-status-"));
  path = join(directory, "status.sock");
  state = { value: 0 };
  snapshots = 0;
  observers = new Set();
  server = start();
});
afterEach(() => {
  server[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

function start(at = path): StatusServer {
  return new StatusServer({
    path: at,
    snapshot: (edges) => {
      snapshots++;
      return JSON.stringify(edges ? { ...state, edges: [] } : state);
    },
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    log: () => {},
  });
}

function change(value: unknown): void {
  state = { value };
  for (const observer of observers) observer.stirred?.();
}

const ask = '{"version":1,"request":"status"}\n';
const watch = '{"version":1,"request":"watch"}\n';

test("one answer for one question, then it closes", async () => {
  const client = await RawClient.connect(path);
  client.write(ask);
  await client.closed;
  expect(client.lines()).toEqual(['{"value":0}']);
});

test("edges are sent to those who want them", async () => {
  const client = await RawClient.connect(path);
  client.write('{"version":1,"request":"status","edges":true}\n');
  await client.closed;
  expect(client.lines()).toEqual(['{"value":0,"edges":[]}']);
});

test("a question may come in pieces, and its end may be the end of all that is said", async () => {
  const client = await RawClient.connect(path);
  for (const piece of ['{"vers', 'ion":1,"requ', 'est":"status"}\n']) client.write(piece);
  client.finish();
  await client.closed;
  expect(client.lines()).toEqual(['{"value":0}']);
});

describe("what is no question is answered with an error, and closed", () => {
  test.each([
    ["no JSON", "garbage\n", "a request is one line of JSON"],
    ["an empty line", "\n", "a request is one line of JSON"],
    ["a list", "[]\n", "a request is an object with a version and a request"],
    ["null", "null\n", "a request is an object with a version and a request"],
    ["another version", '{"version":2,"request":"status"}\n', "this agent speaks version 1 only"],
    ["an unknown request", '{"version":1,"request":"stop"}\n', "there are the requests status and watch"],
    ["a line without end", "x".repeat(5000), "a request has 4096 bytes at most"],
  ])("%s", async (_, text, error) => {
    const client = await RawClient.connect(path);
    client.write(text);
    await client.closed;
    expect(client.lines().map((line) => JSON.parse(line))).toEqual([{ version: 1, error }]);
    expect(snapshots).toBe(0);
  });

  test("an end in the midst of it", async () => {
    const client = await RawClient.connect(path);
    client.write('{"version":1');
    client.finish();
    await client.closed;
    expect(client.lines()).toEqual(['{"version":1,"error":"the request does not end in a newline"}']);
  });
});

test("who watches is told of changes, and of nothing else", async () => {
  const client = await RawClient.connect(path);
  client.write(watch);
  await client.until(1);
  change(1);
  await client.until(2);
  change(1);
  change(2);
  await client.until(3);
  expect(client.lines()).toEqual(['{"value":0}', '{"value":1}', '{"value":2}']);
});

test("changes that come together are told together, at most ten times a second", async () => {
  const client = await RawClient.connect(path);
  client.write(watch);
  await client.until(1);
  const began = performance.now();
  for (let value = 1; value <= 200; value++) {
    change(value);
    await Bun.sleep(1);
  }
  change("last");
  await client.untilLast('{"value":"last"}');
  const tenths = (performance.now() - began) / 100;
  expect(client.lines().length).toBeLessThanOrEqual(tenths + 3);
});

test("nothing is looked at while nobody watches", async () => {
  expect(observers.size).toBe(0);
  const clients = [await RawClient.connect(path), await RawClient.connect(path)];
  for (const client of clients) client.write(watch);
  for (const client of clients) await client.until(1);
  expect(observers.size).toBe(1);
  for (const client of clients) client.terminate();
  await until(() => observers.size === 0);
  const before = snapshots;
  server.stir();
  await quiet();
  expect(snapshots).toBe(before);
});

test("who does not read holds up nobody, is sent nothing more, and gets the newest in the end", async () => {
  const big = "x".repeat(2_000_000);
  state = { value: big };
  const slow = await RawClient.connect(path);
  slow.pause();
  slow.write(watch);
  const quick = await RawClient.connect(path);
  quick.write(watch);
  await quick.until(1);
  const counted = 5;
  for (let value = 1; value <= counted; value++) {
    change(value);
    await quick.untilLast(`{"value":${value}}`);
  }
  slow.resume();
  await slow.untilLast(`{"value":${counted}}`);
  expect(slow.lines()).toEqual([JSON.stringify({ value: big }), `{"value":${counted}}`]);
});

test("there is an end to how many may ask at once, and those who have gone do not count", async () => {
  const clients: RawClient[] = [];
  for (let count = 0; count < 32; count++) {
    const client = await RawClient.connect(path);
    client.write(watch);
    await client.until(1);
    clients.push(client);
  }
  const surplus = await RawClient.connect(path);
  await surplus.closed;
  expect(surplus.lines()).toEqual(['{"version":1,"error":"there are 32 others already"}']);
  clients[0]?.terminate();
  for (;;) {
    const next = await RawClient.connect(path);
    next.write(ask);
    await next.closed;
    if (next.lines()[0] === '{"value":0}') break;
  }
  for (const client of clients) client.terminate();
});

test("the socket is its owner's alone, from the beginning to the end", async () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const client = await RawClient.connect(path);
  client.write(watch);
  await client.until(1);
  server[Symbol.dispose]();
  await client.closed;
  expect(existsSync(path)).toBe(false);
});

test("what an agent that was killed has left is replaced", async () => {
  const other = join(directory, "other.sock");
  const killed = Bun.spawn(
    [
      process.execPath,
      "-e",
      `Bun.listen({ unix: ${JSON.stringify(other)}, socket: { data() {} } }); console.log("up")`,
    ],
    { stdout: "pipe" },
  );
  await killed.stdout.getReader().read();
  killed.kill("SIGKILL");
  await killed.exited;
  expect(existsSync(other)).toBe(true);
  using _ = start(other);
  const client = await RawClient.connect(other);
  client.write(ask);
  await client.closed;
  expect(client.lines()).toEqual(['{"value":0}']);
});

test("what cannot be replaced is left alone", () => {
  const other = join(directory, "other.sock");
  mkdirSync(other);
  writeFileSync(join(other, "x"), "");
  expect(() => start(other)).toThrow();
  expect(existsSync(join(other, "x"))).toBe(true);
});

test("a path that is longer than an address may be", async () => {
  const deep = join(directory, "d".repeat(120));
  mkdirSync(deep);
  const far = join(deep, "status.sock");
  {
    using _ = start(far);
    expect(statSync(far).mode & 0o777).toBe(0o600);
    const client = await RawClient.connect(far);
    client.write(ask);
    await client.closed;
    expect(client.lines()).toEqual(['{"value":0}']);
  }
  expect(existsSync(far)).toBe(false);
});
