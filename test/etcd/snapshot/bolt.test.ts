import { expect } from "bun:test";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import type { Operation } from "../../../etcd/client/transaction.ts";
import { BoltError, BoltFile } from "../../../etcd/snapshot/bolt.ts";
import { saveSnapshotAs } from "../../../etcd/snapshot/save.ts";
import { readStoreFacts, type StoreFacts } from "../../../etcd/snapshot/store-facts.ts";
import { TestServer, withEtcd } from "../support/server.ts";
import { clientOf, maintenanceOf, noise, Scratch } from "../support/snapshots.ts";

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, "r");
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

withEtcd("what is in a store is found among many keys", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const puts = Array.from(
    { length: 20_000 },
    (_, index): Operation => ({
      put: `/key/${index}`,
      value: Buffer.from(`value ${index}`),
    }),
  );
  await client.doAll(puts);
  for (let index = 0; index < 50; index++) await client.put("/key/1", Buffer.from(String(index)));
  const path = scratch.at("store.db");
  const { revision } = await saveSnapshotAs(path, { maintenance: maintenanceOf(client) });
  expect(revision).toBe((await client.list({ key: "/key/1" })).revision);
  withFile(path, (descriptor) => {
    const { root } = new BoltFile(descriptor);
    const keys = root.bucket("key");
    const all = keys?.entries() ?? [];
    expect(all.length).toBe(20_050);
    const sorted = all.map(({ key }) => key.toString("hex"));
    expect(sorted).toEqual(sorted.toSorted());
    expect(keys?.last()?.toString("hex")).toBe(sorted.at(-1) ?? "");
    expect(root.bucket("none")).toBeUndefined();
    expect(root.bucket("key")?.get("none")).toBeUndefined();
    expect(root.get("cluster")).toBeDefined();
  });
});

withEtcd("damage is told, and nothing else happens", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const path = scratch.at("store.db");
  await saveSnapshotAs(path, { maintenance: maintenanceOf(client) });
  const good = readFileSync(path);
  const damaged = scratch.at("damaged.db");
  const random = new DataView(noise(40_000, 3).buffer);
  let told = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(good);
    for (const part of [0, 4, 8]) {
      const number = random.getUint32(round * 12 + part);
      const at = number % bytes.length;
      // Heads of pages are a small part of them, and matter the most.
      bytes[part === 0 ? at : at - (at % 4096) + ((number >>> 8) % 64)] = number >>> 24;
    }
    writeFileSync(damaged, bytes);
    if (withFile(damaged, readOrTold) === "told") told++;
  }
  expect(told).toBeGreaterThan(100);
});

function readOrTold(descriptor: number): StoreFacts | "told" {
  try {
    return readStoreFacts(descriptor);
  } catch (error) {
    if (error instanceof BoltError) return "told";
    throw error;
  }
}
