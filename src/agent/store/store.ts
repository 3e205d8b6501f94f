/** What an agent shares with other hosts. Types alone: whoever needs none of it does not load any of it. */
import type { EtcdClient } from "../../../etcd/client/client.ts";
import type { Log } from "../../os/log.ts";
import type { EtcdWorld } from "../../world/etcd-world.ts";

/** How an agent comes to its store. */
export type StoreChoice =
  /** Servers that somebody else looks after, without certificates. */
  {
    readonly kind: "seeds";
    /** URLs, at least one. */
    readonly seeds: readonly string[];
  };

export interface StoreOptions {
  /** The name of this node. */
  readonly hostname: string;
  /** The agent's working directory, absolute, ending in `/`. */
  readonly prefix: string;
  readonly log: Log;
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
 * What `open-store.ts` exports as `openStore`. Resolves as soon as the store may be asked for something, whether or not it
 * answers by then: what is asked for fails, or is told, when it is known.
 * @throws Error naming cause and cure if there can be no store at all
 */
export type OpenStore = (choice: StoreChoice, options: StoreOptions) => Promise<Store>;
