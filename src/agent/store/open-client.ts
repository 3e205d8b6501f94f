/** The store as commands see it, which ask it something and go. Loads the client of etcd. */
import { hostname } from "node:os";
import { join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { explainError } from "../../os/errors.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { EtcdWorld } from "../../world/etcd-world.ts";
import type { StoreChoice } from "./store.ts";

/** In ms: how long a request may take, with all its tries. */
const timeout = 10_000;

/** The store, for as long as a command needs it. */
export interface StoreForCommands extends AsyncDisposable {
  readonly client: EtcdClient;
  readonly world: EtcdWorld;
}

/**
 * @param choice undefined: the servers that the agent of this host went to last
 * @param prefix the working directory of that agent, absolute
 * @throws Error naming cause and cure if it is not known where the store is, or it does not answer
 */
export async function openClient(choice: StoreChoice | undefined, prefix: string): Promise<StoreForCommands> {
  const endpoints = choice?.seeds ?? rememberedEndpoints(prefix);
  const client = new EtcdClient({ endpoints, timeout });
  try {
    await client.get(new EtcdKeys().clusterInfo);
  } catch (error) {
    client.close();
    throw new Error(`the store does not answer: ${explainError(error)}`);
  }
  const world = new EtcdWorld(client, {
    host: hostname(),
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

/** @throws Error if there are none */
function rememberedEndpoints(prefix: string): readonly string[] {
  const { endpoints = [] } = readState(layoutOf(join(prefix, "etcd")).state);
  if (endpoints.length > 0) return endpoints;
  throw new Error(
    `it is not known where the store is: name its servers with --seeds, or with --prefix the working directory of an agent that knows them; ${prefix} is that of none`,
  );
}
