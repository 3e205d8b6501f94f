/** The store as commands see it, which ask it something and go. Loads the client of etcd. */
import { hostname } from "node:os";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { explainError } from "../../os/errors.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import { openAdmin } from "./admin.ts";

/** In ms: how long a request may take, with all its tries. */
const timeout = 10_000;

/** The store, for as long as a command needs it. */
export interface StoreForCommands extends AsyncDisposable {
  readonly client: EtcdClient;
  readonly world: EtcdWorld;
}

/**
 * @param prefix the working directory of a node, absolute: it says who asks, and where the store is
 * @param seeds URLs of servers, where others than those that the node remembers are to be asked
 * @throws Error naming cause and cure if it is not known where the store is, or it does not answer
 */
export async function openClient(prefix: string, seeds: readonly string[]): Promise<StoreForCommands> {
  const { client, state, rootKey } = await openAdmin(prefix, seeds, timeout);
  try {
    await client.get(`${rootKey}/cluster/info`);
  } catch (error) {
    client.close();
    throw new Error(`the store does not answer: ${explainError(error)}`);
  }
  const world = new EtcdWorld(client, {
    host: state.name ?? hostname(),
    schedules: false,
    load: () => 0,
    onError: () => {},
  });
  return {
    client,
    world,
    async [Symbol.asyncDispose]() {
      await world.close();
      client.close();
    },
  };
}
