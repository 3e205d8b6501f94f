import type { HostFiles } from "../host-files.ts";
import type { EtcdServerOptions } from "../server/etcd-server.ts";

/** What came of a recovery. */
export interface Recovered {
  readonly clusterId: string;
  /** The one member that the cluster has now. */
  readonly memberId: string;
}

/**
 * Makes a cluster of one member of what the server of this directory has, after the quorum is lost for good: its server
 * is started once to do so, and stopped. The other members must never run again with what they have: they `reset`.
 * @param options as for {@link EtcdServer.start}; `cluster` does not matter
 * @throws ServerError
 */
export async function recover(_options: EtcdServerOptions): Promise<Recovered> {
  throw new Error("not there yet");
}

/**
 * Has a node forget its membership: moves the data of its server aside, and clears what it remembers of the cluster.
 * @param directory of the server, see `layout.ts` @returns where the data are now; undefined if there were none
 * @throws ServerError if the server runs
 */
export function reset(_directory: string, _files: HostFiles): string | undefined {
  throw new Error("not there yet");
}
