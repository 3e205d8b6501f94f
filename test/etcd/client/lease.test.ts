import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { LeaseClient } from "../../../etcd/client/etcd3.ts";
import { failureOf } from "../support/failure.ts";
import { Followed } from "../support/followed.ts";
import { etcdBinary, TestServer, withEtcd } from "../support/server.ts";
import { Way } from "../support/way.ts";

setDefaultTimeout(60_000);

let server: TestServer;
const clients: EtcdClient[] = [];
let ends: AbortController;

beforeAll(async () => {
  if (etcdBinary !== undefined) server = await TestServer.start();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});
afterEach(() => {
  ends?.abort();
  for (const each of clients.splice(0)) each.close();
});

function connect(url = server.url): EtcdClient {
  const client = new EtcdClient({ endpoints: [url] });
  clients.push(client);
  return client;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** A lease with one key, which tells the number of the grant. */
function hold(client: EtcdClient, key: string, more: { readonly revokes?: boolean } = {}) {
  ends = new AbortController();
  let grants = 0;
  const held: boolean[] = [];
  const errors: unknown[] = [];
  const lease = client.lease(
    {
      ttl: 2,
      attach: async (id) => void (await client.set(key, bytes(String(++grants)), id)),
      onHeld: (isHeld) => held.push(isHeld),
      onError: (error) => errors.push(error),
      ...more,
    },
    ends.signal,
  );
  return { lease, held, errors };
}

withEtcd("what is attached stays while the lease is kept, and goes when it is given up", async () => {
  const client = connect();
  const told = new Followed(connect(), { prefix: "/lease/kept" });
  const { lease, held } = hold(client, "/lease/kept");
  await told.until(({ entries }) => entries.size === 1);
  const { TTL } = await new LeaseClient(client.connection.calls({})).leaseTimeToLive({
    ID: await lease.id(),
  });
  expect(Number(TTL)).toBeGreaterThan(0);
  await Bun.sleep(4000);
  expect(lease.isHeld).toBe(true);
  ends.abort();
  await lease.ended;
  await told.until(({ entries }) => entries.size === 0);
  expect(told.told).toHaveLength(2);
  expect(held).toEqual([true, false]);
  expect(await failureOf(lease.id())).toMatchObject({ kind: "no-lease" });
  told.end();
});

withEtcd("a lease that is not revoked runs out", async () => {
  const told = new Followed(connect(), { prefix: "/lease/left" });
  const { lease } = hold(connect(), "/lease/left", { revokes: false });
  await told.until(({ entries }) => entries.size === 1);
  ends.abort();
  await lease.ended;
  await connect().get("/lease/left");
  expect(told.entries.size).toBe(1);
  await told.until(({ entries }) => entries.size === 0);
  told.end();
});

withEtcd(
  "a lease that the servers have ended is followed by another, with all that is attached",
  async () => {
    await using way = await Way.to(server.url);
    const told = new Followed(connect(), { prefix: "/lease/lost" });
    const { lease, held } = hold(connect(way.url), "/lease/lost");
    await told.until(({ entries }) => entries.get("/lease/lost") === "1");
    const first = await lease.id();
    way.cut();
    await told.until(({ entries }) => entries.size === 0);
    expect(lease.isHeld).toBe(false);
    way.heal();
    await told.until(({ entries }) => entries.get("/lease/lost") === "2");
    expect(await lease.id()).not.toBe(first);
    expect(held).toEqual([true, false, true]);
    told.end();
  },
);

withEtcd("a lease outlives a server that is away for less than its time", async () => {
  await using own = await TestServer.start();
  const client = connect(own.url);
  const { lease, errors } = hold(client, "/lease/restart");
  const told = new Followed(client, { prefix: "/lease/" });
  await told.until(({ entries }) => entries.size === 1);
  await own.kill();
  // It is time to renew it.
  await Bun.sleep(800);
  await own.restart();
  await client.put("/lease/other", bytes(""));
  await told.until(({ entries }) => entries.size === 2);
  expect(await lease.id()).toBeDefined();
  expect(told.told.some((line) => line.endsWith("-> -"))).toBe(false);
  expect(errors).toEqual([]);
  told.end();
});

withEtcd("to give a lease up takes a moment, also if no server answers", async () => {
  await using way = await Way.to(server.url);
  const { lease } = hold(connect(way.url), "/lease/silent");
  await lease.id();
  way.freeze();
  // Until it is being renewed: that is not waited for either.
  await Bun.sleep(1000);
  const begin = performance.now();
  ends.abort();
  await lease.ended;
  expect(performance.now() - begin).toBeLessThan(1500);
  const late = hold(connect(way.url), "/lease/never");
  await Bun.sleep(50);
  ends.abort();
  await late.lease.ended;
});
