/** How long after one host has begun to export a resource another sees it. */

import { EtcdClient } from "../../etcd/client/client.ts";
import { ConnectionPool, KVClient, WatchClient } from "../../etcd/client/etcd3.ts";
import { encodeBytes } from "../../lang/bytes.ts";
import { EtcdWorld } from "../../src/world/etcd-world.ts";
import { encodeRecord } from "../../src/world/export-codec.ts";
import type { ExportRecord } from "../../src/world/export-store.ts";
import { TestServer } from "../etcd/support/server.ts";
import { type Bench, median, ratioRow } from "./row.ts";

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
  const [h1, h2] = clients.map(
    (client, index) =>
      new EtcdWorld(client, {
        host: `h${index + 1}`,
        schedules: false,
        load: () => 0,
        onError: console.error,
      }),
  );
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
