/** The store as commands see it, which ask it something and go. Loads the client of etcd. */
import { hostname } from "node:os";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { explainError } from "../../os/errors.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import { type AdminOptions, openAdmin } from "./admin.ts";

/** In ms: how long a request may take, with all its tries. */
const timeout = 10_000;

/** The store, for as long as a command needs it. */
export interface StoreForCommands extends AsyncDisposable {
  readonly client: EtcdClient;
  readonly world: EtcdWorld;
}

/**
 * @throws Error naming cause and cure if it is not known where the store is, or it does not answer
 */
export async function openClient(options: AdminOptions): Promise<StoreForCommands> {
  const admin = await openAdmin({ timeout, ...options });
  const { client, state, rootKey } = admin;
  try {
    await client.get(`${rootKey}/cluster/info`);
  } catch (error) {
    await admin[Symbol.asyncDispose]();
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
      await admin[Symbol.asyncDispose]();
    },
  };
}
