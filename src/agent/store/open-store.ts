/** Loads the client of etcd: import this file only where there is a store. */
import { availableParallelism, loadavg } from "node:os";
import { EtcdClient } from "../../../etcd/client/client.ts";
import type { Access } from "../../../etcd/client/endpoint.ts";
import { explainError } from "../../os/errors.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import { isPassing } from "../../world/passing.ts";
import { tellReach } from "./reach.ts";
import { openSeeds } from "./seed-urls.ts";
import type { Store, StoreChoice, StoreOptions } from "./store.ts";

/** See {@link OpenStore}. */
export async function openStore(choice: StoreChoice, options: StoreOptions): Promise<Store> {
  switch (choice.kind) {
    case "seeds": {
      const [open] = openSeeds(choice.seeds);
      if (open !== undefined)
        options.log(
          "warn",
          "store",
          `what goes to and comes from ${open} can be read and forged on its way (--insecure)`,
        );
      // There is nobody else who would.
      return connectStore({ endpoints: choice.seeds, access: {}, schedules: true }, options);
    }
  }
}

export interface Connecting {
  readonly endpoints: readonly string[];
  readonly access: Access;
  /** Whether this node may be the one that chooses schedules. */
  readonly schedules: boolean;
}

/** The store behind servers of etcd, whoever looks after them. Tells in the log when it is lost, and when it is back. */
export function connectStore(
  { endpoints, access, schedules }: Connecting,
  { hostname, log }: StoreOptions,
): Store {
  const reach = tellReach(log);
  const client = new EtcdClient({ ...access, endpoints, monitor: reach });
  // That the store is away has been told.
  const onError = (error: unknown): void => {
    if (!isPassing(error)) log("warn", "store", explainError(error));
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
      // Nobody is there to be told that this host goes; its leases tell by running out.
      if (!reach.isThere) client.close();
      try {
        await world.close();
      } finally {
        client.close();
      }
    },
  };
}

/** Processes that want to run, for each processor. */
function load(): number {
  return (loadavg()[0] ?? 0) / availableParallelism();
}
