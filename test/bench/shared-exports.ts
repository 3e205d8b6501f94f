/** How long after one host has begun to export a resource another sees it, and has made it; and what travels for that. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

import { EtcdClient } from "../../etcd/client/client.ts";
import { ConnectionPool, KVClient, WatchClient } from "../../etcd/client/etcd3.ts";
import { encodeBytes } from "../../lang/bytes.ts";
import { defaultMeta } from "../../lang/meta.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { EtcdWorld } from "../../src/world/etcd-world.ts";
import { encodeRecord } from "../../src/world/export-codec.ts";
import type { ExportRecord } from "../../src/world/export-store.ts";
import { TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { NodeInProcess } from "../support/node-in-process.ts";
import { until } from "../support/until.ts";
import { type Bench, median, ms, type Row, ratioRow } from "./row.ts";
import { withScratch } from "./workbench.ts";

const rounds = 500;

export const sharedExports: Bench = async () => {
  await using server = await TestServer.start();
  const bare = await bareServer(server.url);
  const hosts = twoHosts(server.url);
  const [floor, measured]: number[][] = [[], []];
  for (let round = -50; round < rounds; round++) {
    for (const [samples, roundTrip] of [
      [floor, bare.roundTrip],
      [measured, hosts.roundTrip],
    ] as const) {
      const start = performance.now();
      await roundTrip(round);
      if (round >= 0) samples?.push(performance.now() - start);
    }
  }
  bare.close();
  await hosts.close();
  return [
    ratioRow(
      "export on one host to seen on another",
      "etcd alone, put to watch",
      median(floor ?? []),
      median(measured ?? []),
      2,
    ),
  ];
};

/** In how many files what is measured is one; the others stay as they are. */
const sizes = [1, 5000];

/** What a graph of as many resources as the larger of these may take of each change, in ms. */
const costOfMany = 40;

/** A graph on one host, which exports a file, to the file on another host that collects it. */
export const appliedExports: Bench = () =>
  withScratch(async (folder) => {
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await appliedOf(size, folder)));
    return rows;
  });

async function appliedOf(size: number, folder: string): Promise<readonly Row[]> {
  await using server = await TestServer.start();
  const clients = [new EtcdClient({ endpoints: [server.url] }), new EtcdClient({ endpoints: [server.url] })];
  const [h1, h2] = clients.map((client, index) => worldOf(client, `h${index + 1}`));
  if (h1 === undefined || h2 === undefined) throw new Error("two hosts");
  const path = (index: number): string => join(folder, `${size}-${index}`);
  const content = (round: number): string => `round ${round}`;
  for (let index = 1; index < size; index++) {
    const fields = new Map([
      ["state", "exists"],
      ["content", content(index)],
    ]);
    await h1.exports.put({ ...record(0), from: "other", name: path(index), fields });
  }
  const [exporter, collector] = [new NodeInProcess("h1", h1), new NodeInProcess("h2", h2)];
  const kinds = new Catalogue();
  await kinds.load(["file"]);
  const kind = kinds.get("file");
  if (kind === undefined) throw new Error("no files");
  let applied: (() => void) | undefined;
  collector.engine.observe({
    checked: ({ name, changed }) => {
      if (changed && name === path(0)) applied?.();
    },
  });
  await collector.start(`import "world/collect"
$all = collect.res("file")
collect file $all {
	Meta:hidden => false,
}
`);
  const exchange = async (round: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    applied = resolve;
    const fields = new Map([
      ["state", "exists"],
      ["content", content(round)],
    ]);
    const meta = { ...defaultMeta, hidden: true, export: ["h2"] };
    void exporter.engine.swap({ resources: [kind.create(path(0), fields, meta, new Map())], edges: [] });
    await promise;
  };
  await exchange(-1000);
  await until("all files", () => collector.engine.status().length === size);
  await collector.engine.settled();
  const bare = await bareServer(server.url);
  // Not where the collecting host would be told of it.
  const elsewhere = join(folder, `elsewhere-${size}`);
  mkdirSync(elsewhere);
  const rounds = size === 1 ? 200 : 50;
  const [trips, writes, measured]: [number[], number[], number[]] = [[], [], []];
  for (let round = -5; round < rounds; round++) {
    const start = performance.now();
    await bare.roundTrip(round);
    const seen = performance.now();
    writeDurably(join(elsewhere, "bare"), content(round));
    const written = performance.now();
    await exchange(round);
    if (round < 0) continue;
    trips.push(seen - start);
    writes.push(written - seen);
    measured.push(performance.now() - written);
  }
  const travelled = size === 1 ? 0 : await bytesOf(server.url, size, () => exchange(rounds));
  bare.close();
  for (const node of [exporter, collector]) await node[Symbol.asyncDispose]();
  for (const world of [h1, h2]) await world.close();
  for (const client of clients) client.close();
  const among = size === 1 ? "" : `, one of ${size}`;
  const [trip, write, took] = [median(trips), median(writes), median(measured)];
  const limit = size === 1 ? 2 * trip + write : trip + write + costOfMany;
  const row = {
    measure: `export on one host to applied on another${among}`,
    floor: `etcd alone, put to watch: ${ms(trip)}, a file written durably: ${ms(write)}`,
    measured: ms(took),
    bar:
      size === 1
        ? `2x the first and 1x the second: ${ms(limit)}`
        : `both, and ${costOfMany} ms for the graph: ${ms(limit)}`,
    holds: took <= limit,
  };
  if (size === 1) return [row];
  const bytes = encodeRecord({ ...record(0), name: path(0) }).length;
  return [
    row,
    {
      measure: `what travels to the other host when one of ${size} exports changes`,
      floor: `that export: ${bytes} bytes`,
      measured: `${travelled} bytes`,
      bar: "within 2000 bytes",
      holds: travelled <= 2000,
    },
  ];
}

/** What comes to a host that follows so many exports when one of them changes. */
async function bytesOf(url: string, size: number, change: () => Promise<void>): Promise<number> {
  await using way = await Way.to(url);
  const client = new EtcdClient({ endpoints: [way.url] });
  const told: number[] = [];
  const listener = {
    onValue: (found: readonly unknown[]) => void told.push(found.length),
    onError: console.error,
  };
  const world = worldOf(client, "h2");
  const ends = new AbortController();
  world.exports.follow({ kind: "file", to: "h2" }, listener, ends.signal);
  await until("all exports", () => told.at(-1) === size);
  const before = way.received;
  await change();
  await until("the change", () => told.length === 2);
  const travelled = way.received - before;
  ends.abort();
  await world.close();
  client.close();
  return travelled;
}

/** The way mgmt does: the name lasts only once the folder is written, too. */
function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.tmp`, "w");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.tmp`, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function worldOf(client: EtcdClient, host: string): EtcdWorld {
  return new EtcdWorld(client, { host, schedules: false, load: () => 0, onError: console.error });
}

interface Exchange {
  roundTrip(round: number): Promise<void>;
  close(): void | Promise<void>;
}

const record = (round: number): ExportRecord => ({
  kind: "file",
  name: "/etc/motd",
  from: "h1",
  to: "h2",
  fields: new Map([["content", `round ${round}`]]),
  meta: new Map(),
});

/** Nothing but the messages that have to be exchanged, over two connections. */
async function bareServer(url: string): Promise<Exchange> {
  const hosts = url.replace("unix://", "unix:");
  const [writer, reader] = [new ConnectionPool({ hosts }), new ConnectionPool({ hosts })];
  const key = Buffer.from("/bare");
  let seen = Promise.withResolvers<void>();
  const created = seen;
  const stream = await new WatchClient(reader).watch();
  stream.on("data", () => seen.resolve());
  stream.on("error", () => {});
  stream.write({ create_request: { key } });
  await created.promise;
  const kv = new KVClient(writer);
  return {
    async roundTrip(round) {
      seen = Promise.withResolvers();
      await Promise.all([
        kv.put({ key, value: Buffer.from(encodeBytes(encodeRecord(record(round)))) }),
        seen.promise,
      ]);
    },
    close() {
      stream.cancel();
      writer.close();
      reader.close();
    },
  };
}

function twoHosts(url: string): Required<Exchange> {
  const ends = new AbortController();
  const clients = [new EtcdClient({ endpoints: [url] }), new EtcdClient({ endpoints: [url] })] as const;
  const [h1, h2] = clients.map((client, index) => worldOf(client, `h${index + 1}`));
  if (h1 === undefined || h2 === undefined) throw new Error("two hosts");
  let wanted: { readonly text: string; readonly resolve: () => void } | undefined;
  const listener = {
    onValue([found]: readonly { readonly fields: ReadonlyMap<string, unknown> }[]) {
      if (wanted !== undefined && found?.fields.get("content") === wanted.text) wanted.resolve();
    },
    onError: console.error,
  };
  h2.exports.follow({ kind: "file", to: "h2" }, listener, ends.signal);
  return {
    async roundTrip(round) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { text: `round ${round}`, resolve };
      await Promise.all([h1.exports.put(record(round)), promise]);
    },
    async close() {
      ends.abort();
      for (const world of [h1, h2]) await world.close();
      for (const client of clients) client.close();
    },
  };
}
