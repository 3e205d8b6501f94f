import type { EtcdClient } from "../../etcd/client/client.ts";
import { EtcdConvergence } from "./etcd-convergence.ts";
import { EtcdDeploys } from "./etcd-deploys.ts";
import { EtcdExports } from "./etcd-exports.ts";
import { EtcdFileTrees } from "./etcd-file-trees.ts";
import { EtcdHostStatuses } from "./etcd-host-statuses.ts";
import { EtcdKeys } from "./etcd-keys.ts";
import { runScheduler } from "./etcd-scheduler.ts";
import { EtcdSchedules } from "./etcd-schedules.ts";
import { EtcdHostStrings, EtcdStrings } from "./etcd-strings.ts";
import type { Sealer } from "./sealer.ts";
import type { SharedWorld } from "./world.ts";

export interface EtcdWorldOptions {
  /** The name of this host. */
  readonly host: string;
  /** Whether this host stands for election as the one that chooses. */
  readonly schedules: boolean;
  /** How busy this host is: the processes that want to run, for each processor. */
  readonly load: () => number;
  /** Seals exports; without it, `Meta:export_seal` fails. */
  readonly sealer?: Sealer;
  /** Called with what goes wrong in the background; it is tried again. */
  readonly onError: (error: unknown) => void;
  /** Below which key everything is; `/_mgmt` if not given. */
  readonly root?: string;
}

/** What hosts share, and what they are to run, in etcd (cluster specification, sections 3 to 7; keys in 10.8). */
export class EtcdWorld implements SharedWorld {
  readonly strings: EtcdStrings;
  readonly hostStrings: EtcdHostStrings;
  readonly schedules: EtcdSchedules;
  readonly exports: EtcdExports;
  readonly convergence: EtcdConvergence;
  readonly deploys: EtcdDeploys;
  readonly files: EtcdFileTrees;
  readonly statuses: EtcdHostStatuses;
  readonly #ends = new AbortController();
  readonly #scheduler: Promise<void>;

  /** @param client is not closed with the world */
  constructor(client: EtcdClient, { host, schedules, load, sealer, onError, root }: EtcdWorldOptions) {
    const keys = new EtcdKeys(root);
    this.strings = new EtcdStrings(client, keys);
    this.hostStrings = new EtcdHostStrings(client, keys);
    this.exports = new EtcdExports(client, keys, sealer, onError);
    this.convergence = new EtcdConvergence(client, keys, onError);
    this.deploys = new EtcdDeploys(client, keys);
    this.files = new EtcdFileTrees(client, keys);
    this.statuses = new EtcdHostStatuses(client, keys, onError);
    this.schedules = new EtcdSchedules(client, keys, load, onError);
    this.#scheduler = schedules
      ? runScheduler({ client, keys, host, onError }, this.#ends.signal)
      : Promise.resolve();
  }

  /** Withdraws what does not persist, and lets another host choose. What is followed is not ended. */
  async close(): Promise<void> {
    this.#ends.abort();
    await Promise.all([
      this.#scheduler,
      this.schedules.close(),
      this.exports.close(),
      this.convergence.close(),
      this.statuses.close(),
    ]);
  }
}
