/** What an agent shares with other hosts. Types alone: whoever needs none of it does not load any of it. */
import type { EtcdClient } from "../../../etcd/client/client.ts";
import type { Log } from "../../os/log.ts";
import type { EtcdWorld } from "../../world/etcd-world.ts";
import type { NodeChoice } from "./node-choice.ts";

export interface StoreOptions {
  /** The name of this node. */
  readonly hostname: string;
  /** The agent's working directory, absolute, ending in `/`. */
  readonly prefix: string;
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the attempt to come to the store. */
  readonly signal?: AbortSignal;
}

/** What hosts share, whether or not it can be reached at the moment. */
export interface Store {
  readonly client: EtcdClient;
  readonly world: EtcdWorld;
  /** Whether this node may be the one that chooses schedules. */
  readonly schedules: boolean;
  /** Withdraws what ends with this process, then lets go of the servers. */
  close(): Promise<void>;
}

/**
 * What `open-store.ts` exports as `openStore`. Resolves once this node belongs to its cluster; one that has belonged to it
 * before does not wait for it: whether or not it answers by then: what is asked for fails, or is told, when it is known.
 * @throws Error naming cause and cure if there can be no store at all
 */
export type OpenStore = (choice: NodeChoice, options: StoreOptions) => Promise<Store>;
