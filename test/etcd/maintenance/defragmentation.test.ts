import { expect, test } from "bun:test";
import { lookAtStores } from "../../../etcd/maintenance/cluster-view.ts";
import {
  type DefragmentationEvent,
  defragmentAll,
  defragmentationOf,
  type Look,
  nextToDefragment,
  runDefragmentation,
} from "../../../etcd/maintenance/defragmentation.ts";
import { TestMembers } from "../support/members.ts";
import { withEtcd } from "../support/server.ts";
import { clientOf, fill, maintenanceOf } from "../support/snapshots.ts";

const MB = 1e6;

/** A member by its name; an asterisk marks the leader. */
function members(sizes: Readonly<Record<string, readonly [number, number]>>, isHealthy = true): Look {
  const all = Object.entries(sizes).map(([name, [size, sizeInUse]]) => ({
    name,
    endpoint: name,
    isLeader: name.endsWith("*"),
    size: size * MB,
    sizeInUse: sizeInUse * MB,
  }));
  return { members: all, isHealthy };
}

test("who is defragmented next", () => {
  const next = (look: Look, done: readonly string[] = []): string | undefined =>
    nextToDefragment(look, new Set(done))?.name;
  expect(next(members({ "a*": [1000, 10], b: [300, 100], c: [400, 100] }))).toBe("c");
  expect(next(members({ "a*": [1000, 10], b: [300, 100], c: [400, 100] }), ["c"])).toBe("b");
  expect(next(members({ "a*": [1000, 10], b: [300, 100], c: [400, 100] }), ["c", "b"])).toBe("a*");
  expect(next(members({ "a*": [1000, 10] }))).toBe("a*");
  expect(next(members({ a: [1000, 10] }), ["a"])).toBeUndefined();
  expect(next(members({ a: [1000, 510] }))).toBeUndefined();
  expect(next(members({ a: [110, 20] }))).toBeUndefined();
  expect(next(members({ a: [1000, 10] }, false))).toBeUndefined();
  expect(nextToDefragment(members({ a: [10, 8] }), new Set(), { fraction: 0.1, bytes: MB })?.name).toBe("a");
});

test("one fails: the rest waits for the next look, and so it does while nobody can look", async () => {
  const events: DefragmentationEvent[] = [];
  const asked: string[] = [];
  let look = (): Promise<Look> => Promise.reject(new Error("nobody is there"));
  const ends = new AbortController();
  let rounds = 0;
  await runDefragmentation(
    {
      look: () => look(),
      async defragment(endpoint) {
        asked.push(endpoint);
        throw new Error("it has hung up");
      },
      onEvent: (event) => events.push(event),
      async pause() {
        rounds++;
        look = async () => members({ a: [1000, 10], b: [900, 10] });
        if (rounds === 3) ends.abort();
      },
    },
    ends.signal,
  );
  expect(asked).toEqual(["a", "a"]);
  expect(events).toEqual(Array(2).fill({ type: "failed", name: "a", error: new Error("it has hung up") }));
});

withEtcd("the stores of a cluster shrink, one after the other, the leader's at last", async () => {
  await using cluster = await TestMembers.start(3);
  using client = clientOf(...cluster.urls);
  await fill(client, 12);
  const { leader } = await leaderOf();
  await client.delete({ prefix: "/large/" });
  const { revision } = await client.list({ prefix: "/" });
  const maintenance = maintenanceOf(client);
  await maintenance.compact(revision);
  const before = await lookAtStores(client);
  expect(before.isHealthy).toBe(true);
  expect(before.members.map(({ size }) => size).filter((size) => size < 10 * MB)).toEqual([]);
  // Each member forgets in its own time, and frees what it has forgotten when it writes.
  await until(async () => {
    await client.put("/small", Buffer.from("value"));
    return (await lookAtStores(client)).members.every(({ sizeInUse }) => sizeInUse < 2 * MB);
  });

  const events: DefragmentationEvent[] = [];
  const options = {
    ...defragmentationOf(client),
    threshold: { bytes: MB },
    onEvent: (event: DefragmentationEvent) => events.push(event),
  };
  await defragmentAll(options, new AbortController().signal);
  expect(events).toHaveLength(3);
  for (const event of events) {
    expect(event).toMatchObject({ type: "defragmented" });
    if (event.type === "defragmented") expect(event.after).toBeLessThan(2 * MB);
  }
  if ((await leaderOf()).leader === leader) expect(events.at(-1)).toHaveProperty("name", leader);
  await defragmentAll(options, new AbortController().signal);
  expect(events).toHaveLength(3);

  const hashes = await Promise.all(cluster.urls.map((url) => maintenance.hashKeys(url)));
  expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1);
  expect(await maintenance.alarms()).toEqual([]);

  async function leaderOf(): Promise<{ readonly leader: string | undefined }> {
    return { leader: (await lookAtStores(client)).members.find(({ isLeader }) => isLeader)?.name };
  }
});

withEtcd("nothing is defragmented while a member is down", async () => {
  await using cluster = await TestMembers.start(3);
  using client = clientOf(...cluster.urls);
  await cluster.servers[2]?.stop();
  expect((await lookAtStores(client)).isHealthy).toBe(false);
  const [url = ""] = cluster.urls.slice(2);
  const start = performance.now();
  const error = await maintenanceOf(client)
    .defragment(url)
    .catch((cause: unknown) => cause);
  expect(error).toHaveProperty("kind", "unreachable");
  expect(performance.now() - start).toBeLessThan(15_000);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("never came to be");
    await Bun.sleep(50);
  }
}
