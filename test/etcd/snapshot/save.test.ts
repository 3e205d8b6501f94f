import { expect, test } from "bun:test";
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { EtcdError } from "../../../etcd/client/error.ts";
import { readSnapshot } from "../../../etcd/snapshot/read.ts";
import { saveSnapshotAs } from "../../../etcd/snapshot/save.ts";
import { SnapshotError } from "../../../etcd/snapshot/snapshot-error.ts";
import { TrailingHash } from "../../../etcd/snapshot/trailing-hash.ts";
import { failureOf } from "../support/failure.ts";
import { TestServer, withEtcd } from "../support/server.ts";
import { clientOf, fill, list, maintenanceOf, Scratch } from "../support/snapshots.ts";
import { Way } from "../support/way.ts";

const save = (client: EtcdClient, path: string, options: { readonly silence?: number } = {}) =>
  saveSnapshotAs(path, { maintenance: maintenanceOf(client), ...options });

async function errorOf(promise: Promise<unknown>): Promise<SnapshotError> {
  const error = await failureOf(promise);
  if (error instanceof SnapshotError) return error;
  throw error;
}

withEtcd("what is saved tells what is in it, and is read by its owner alone", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await client.put("/a", Buffer.from("1"));
  const revision = await client.put("/b", Buffer.from("2"));
  const path = scratch.at("store.db");
  const saved = await save(client, path);
  expect(saved).toMatchObject({ path, revision, clusterVersion: expect.stringMatching(/^3\.\d+\.0$/) });
  expect(saved.members).toEqual([
    { id: expect.stringMatching(/^\d+$/), name: "m1", peerUrls: ["unix://m1.peer:0"] },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(path).size).toBe(saved.bytes);
  expect(await readSnapshot(path)).toEqual(saved);
  expect(list(scratch.path)).toEqual(["store.db"]);
});

withEtcd("the revision is right where the last keys were deleted and compacted away", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  expect((await save(client, scratch.at("new.db"))).revision).toBe(1n);
  for (let index = 0; index < 300; index++) await client.put(`/key/${index}`, Buffer.from("value"));
  await client.delete({ prefix: "/key/" });
  const { revision } = await client.list({ prefix: "/" });
  expect(await maintenanceOf(client).compact(revision)).toBe(true);
  expect(await maintenanceOf(client).compact(revision)).toBe(false);
  expect((await save(client, scratch.at("empty.db"))).revision).toBe(revision);
});

withEtcd("a file that is there stays, unless it is to be replaced", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const path = scratch.at("store.db");
  writeFileSync(path, "mine");
  expect((await errorOf(save(client, path))).kind).toBe("exists");
  expect(readFileSync(path, "utf8")).toBe("mine");
  await saveSnapshotAs(path, { maintenance: maintenanceOf(client), force: true });
  expect((await readSnapshot(path)).revision).toBe(1n);
});

withEtcd("a place that cannot be written to is named", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const error = await errorOf(save(client, scratch.at("none/store.db")));
  expect(error.message).toBe(
    `cannot write the snapshot ${scratch.at("none/store.db")}: no such file or directory`,
  );
});

withEtcd("a store of 50 MB, and how far it is", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 50);
  const told: (readonly [number, number])[] = [];
  const saved = await saveSnapshotAs(scratch.at("large.db"), {
    maintenance: maintenanceOf(client),
    onProgress: (done, total) => told.push([done, total]),
  });
  expect(saved.bytes).toBeGreaterThan(50e6);
  expect(told.length).toBeGreaterThan(100);
  expect(told.at(-1)).toEqual([saved.bytes - 32, saved.bytes - 32]);
});

withEtcd("a server that is killed while it sends leaves nothing behind", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 30);
  let killed: Promise<void> | undefined;
  const error = await failureOf(
    saveSnapshotAs(scratch.at("store.db"), {
      maintenance: maintenanceOf(client),
      onProgress: (done, total) => {
        if (done > total / 4) killed ??= server.kill();
      },
    }),
  );
  await killed;
  expect(error).toBeInstanceOf(EtcdError);
  expect(error).toHaveProperty("kind", "unreachable");
  expect(list(scratch.path)).toEqual([]);
});

withEtcd("a server that stops sending is given up, and the next one asked", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  await using way = await Way.to(server.url);
  using direct = clientOf(server.url);
  await fill(direct, 20);
  let isFrozen = false;
  const freezeOnce = (): void => {
    if (!isFrozen) way.freeze();
    isFrozen = true;
  };
  using alone = clientOf(way.url);
  const onProgress = freezeOnce;
  const error = await failureOf(
    saveSnapshotAs(scratch.at("one.db"), { maintenance: maintenanceOf(alone), silence: 500, onProgress }),
  );
  expect(error).toHaveProperty("kind", "no-answer");
  expect(list(scratch.path)).toEqual([]);
  way.heal();
  isFrozen = false;
  using both = clientOf(way.url, server.url);
  await saveSnapshotAs(scratch.at("two.db"), { maintenance: maintenanceOf(both), silence: 500, onProgress });
  expect(list(scratch.path)).toEqual(["two.db"]);
});

withEtcd("whoever saves can think better of it", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 20);
  const ends = new AbortController();
  const maintenance = maintenanceOf(client);
  const error = await failureOf(
    saveSnapshotAs(scratch.at("store.db"), {
      maintenance,
      signal: ends.signal,
      onProgress: () => ends.abort(new Error("enough")),
    }),
  );
  expect(String(error)).toBe("Error: enough");
  expect(list(scratch.path)).toEqual([]);
});

withEtcd("files that are no whole snapshots are told apart", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 2);
  const path = scratch.at("store.db");
  const { bytes } = await save(client, path);
  const good = readFileSync(path);
  const verdict = async (content: Uint8Array): Promise<string> => {
    writeFileSync(path, content);
    const { kind, message } = await errorOf(readSnapshot(path));
    return `${kind}: ${message.replace(path, "FILE")}`;
  };
  const flipped = Buffer.from(good);
  flipped[bytes / 2 - 16] = (flipped[bytes / 2 - 16] ?? 0) ^ 1;
  expect(await verdict(flipped)).toBe(
    "damaged: the snapshot FILE is damaged: its contents are not those that were saved; use another",
  );
  expect(await verdict(good.subarray(0, bytes - 10))).toStartWith(
    "damaged: the snapshot FILE is not complete",
  );
  expect(await verdict(good.subarray(0, bytes - 32))).toStartWith(
    "foreign: FILE has no hash at its end: it is the copy of a server's own file",
  );
  expect(await verdict(good.subarray(0, 1_000_000))).toStartWith(
    "damaged: the snapshot FILE is not complete",
  );
  expect(await verdict(Buffer.alloc(0))).toBe("damaged: the snapshot FILE is empty; use another");
  expect(await verdict(Buffer.from("hello"))).toStartWith("foreign: FILE is no snapshot");
  expect(await verdict(Buffer.alloc(100_000, 7))).toStartWith("foreign: FILE is no snapshot");
  const hashed = new Bun.CryptoHasher("sha256").update(Buffer.alloc(8192, 7)).digest();
  expect(await verdict(Buffer.concat([Buffer.alloc(8192, 7), hashed]))).toStartWith(
    "foreign: FILE holds no store of etcd",
  );
  writeFileSync(path, good);
  truncateSync(path, bytes * 2);
  expect((await errorOf(readSnapshot(path))).kind).toBe("damaged");
  expect((await errorOf(readSnapshot(scratch.at("none")))).kind).toBe("unreadable");
  expect((await errorOf(readSnapshot(scratch.path))).message).toContain("is no file");
});

test("a hash that comes in pieces of any size is found", () => {
  const content = Buffer.from("a store ".repeat(100));
  const whole = Buffer.concat([content, new Bun.CryptoHasher("sha256").update(content).digest()]);
  for (const size of [1, 7, 31, 32, 33, 64, 1000]) {
    const hash = new TrailingHash();
    for (let start = 0; start < whole.length; start += size) hash.update(whole.subarray(start, start + size));
    expect(hash.check()).toBe(new Bun.CryptoHasher("sha256").update(content).digest("hex"));
    expect(hash.size).toBe(whole.length);
  }
  const short = new TrailingHash();
  short.update(whole.subarray(0, -1));
  expect(short.check()).toBeUndefined();
});
