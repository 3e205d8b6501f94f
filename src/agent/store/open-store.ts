/** Loads the client and the server of etcd: import this file only where there is a store. */
import { availableParallelism, loadavg } from "node:os";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import type { NodeChoice } from "./node-choice.ts";
import { problemLine } from "./node-log.ts";
import { openNode } from "./open-node.ts";
import { tellReach } from "./reach.ts";
import { openSeeds } from "./seed-urls.ts";
import type { Store, StoreOptions } from "./store.ts";

/** See {@link OpenStore}. Tells in the log when the store is lost, and when it is back. */
export async function openStore(choice: NodeChoice, options: StoreOptions): Promise<Store> {
  const { hostname, log } = options;
  warnOfOpenWays(choice, options);
  const reach = tellReach(log);
  const node = await openNode(choice, { ...options, monitor: reach });
  const { client } = node;
  // Where the servers are not those of a cluster of nodes, there is nobody else who would.
  const schedules = node.isServer || !node.isOfNodes;
  const onError = (error: unknown): void => {
    const [level, text] = problemLine(error);
    log(level, "store", text);
  };
  const world = new EtcdWorld(client, { host: hostname, schedules, load, onError });
  const ends = new AbortController();
  // Something is always followed, so that it is always known whether the store can be reached.
  client.follow({ key: new EtcdKeys().clusterInfo }, reach, ends.signal);
  return {
    client,
    world,
    schedules,
    async close() {
      ends.abort();
      try {
        await world.close();
      } finally {
        await node.close();
      }
    },
  };
}

function warnOfOpenWays({ seeds, addresses }: NodeChoice, { log }: StoreOptions): void {
  const [open] = openSeeds(seeds);
  const who = open ?? (addresses.insecure ? "the store of this cluster" : undefined);
  if (who !== undefined)
    log("warn", "store", `what goes to and comes from ${who} can be read and forged on its way (--insecure)`);
}

/** Processes that want to run, for each processor. */
function load(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}
