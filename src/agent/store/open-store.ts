/** Loads the client and the server of etcd: import this file only where there is a store. */
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import type { NodeEvent } from "../../../etcd/node/events.ts";
import type { ClusterNode } from "../../../etcd/node/node.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { EtcdSealer, joinedHosts } from "../../world/etcd-sealer.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import { pruneDaily } from "../deploys/prune-daily.ts";
import type { NodeChoice } from "./node-choice.ts";
import { errorLine } from "./node-log.ts";
import { openNode } from "./open-node.ts";
import { tellReach } from "./reach.ts";
import { openSeeds } from "./seed-urls.ts";
import type { Route } from "./ssh-route.ts";
import type { Store, StoreOptions } from "./store.ts";

/** In ms: how long a store may take that is to be told that this host goes. */
const farewell = 1_500;

/** See {@link OpenStore}. Tells in the log when the store is lost, and when it is back. */
export async function openStore(choice: NodeChoice, options: StoreOptions): Promise<Store> {
  const { hostname, log } = options;
  const reach = tellReach(log);
  const route = await routeFor(choice, options);
  let sealer: EtcdSealer | undefined;
  const onEvent = (event: NodeEvent): void => {
    if (event.type === "renewal" && event.event.type === "renewed" && event.event.pair === "host")
      sealer?.renewed();
  };
  const node = await openNode(choice, { ...options, monitor: reach, route, onEvent }).catch(
    async (error: unknown) => {
      await route?.[Symbol.asyncDispose]();
      throw error;
    },
  );
  warnOfOpenWays(choice, options);
  const { client } = node;
  // Where the servers are not those of a cluster of nodes, there is nobody else who would.
  const schedules = node.isServer || !node.isOfNodes;
  const onError = (error: unknown): void => {
    const [level, text] = errorLine(error);
    log(level, "store", text);
  };
  const ends = new AbortController();
  sealer = sealerOf(node, hostname, ends.signal);
  const world = new EtcdWorld(client, {
    ...{ host: hostname, schedules, load, onError },
    ...(sealer === undefined ? {} : { sealer }),
  });
  const stopPruning = pruneDaily(world, () => node.isController, log);
  // Something is always followed, so that it is always known whether the store can be reached.
  client.follow({ key: new EtcdKeys().clusterInfo }, reach, ends.signal);
  return {
    client,
    world,
    schedules,
    async close() {
      ends.abort();
      stopPruning();
      // Nobody is there to be told that this host goes; its leases tell by running out.
      if (!reach.isThere) client.close();
      const closed = world.close();
      try {
        await Promise.race([closed, Bun.sleep(farewell)]);
      } finally {
        // What is still waited for ends with the client.
        await Promise.allSettled([closed, node.close()]);
        await route?.[Symbol.asyncDispose]();
      }
    },
  };
}

async function routeFor({ ssh }: NodeChoice, { prefix, log }: StoreOptions): Promise<Route | undefined> {
  if (ssh === undefined) return undefined;
  const { sshRoute } = await import("./ssh-route.ts");
  return sshRoute(ssh, join(prefix, "ssh"), log);
}

/** Hosts seal for one another where they know one another by certificates. */
function sealerOf(node: ClusterNode, host: string, signal: AbortSignal): EtcdSealer | undefined {
  if (node.identity === undefined) return undefined;
  const certificates = joinedHosts(node.client);
  return new EtcdSealer({ host, privateKey: () => node.identity?.key ?? "", certificates }, signal);
}

function warnOfOpenWays({ seeds, addresses, ssh }: NodeChoice, { log }: StoreOptions): void {
  if (ssh !== undefined) return;
  const [open] = openSeeds(seeds);
  const who = open ?? (addresses.insecure ? "the store of this cluster" : undefined);
  if (who !== undefined)
    log("warn", "store", `what goes to and comes from ${who} can be read and forged on its way (--insecure)`);
}

/** Processes that want to run, for each processor. */
function load(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}
