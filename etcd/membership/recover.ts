import { randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { EtcdServer, type EtcdServerOptions } from "../server/etcd-server.ts";
import { layoutOf } from "../server/layout.ts";
import { endOrphan } from "../server/orphan.ts";
import { ServerError } from "../server/server-error.ts";
import { readState } from "../server/state-file.ts";
import { standardTimings } from "../server/timings.ts";

/** What came of a recovery. */
export interface Recovered {
  readonly clusterId: string;
  /** The one member that the cluster has now. */
  readonly memberId: string;
}

/**
 * Makes a cluster of one member of what the server of this directory has, after the quorum is lost for good: its server
 * is started once to do so, and stopped. The other members must never run again with what they have: they `reset`. What
 * this one has not heard of is lost, so it is best done where the log is the longest. So is what it wrote at last if it was
 * not stopped in order: etcd forgets then that it was agreed upon.
 * @param options as for {@link EtcdServer.start}; `cluster` does not matter
 * @throws ServerError
 */
export async function recover(options: EtcdServerOptions): Promise<Recovered> {
  const { signal, ...rest } = options;
  signal?.throwIfAborted();
  const { data, state } = layoutOf(options.directory);
  if (!existsSync(join(data, "member")))
    throw new ServerError(
      "directory",
      `there is nothing in ${data} that a cluster could be made of; recover it on a node that has been a member`,
    );
  const server = await EtcdServer.start({
    ...rest,
    ...(signal && { signal }),
    cluster: { token: randomUUID(), state: "existing", forceNew: true },
  });
  await server.stop();
  const { clusterId = "", memberId = "" } = readState(state);
  return { clusterId, memberId };
}

/**
 * Has a node forget its membership: moves the data of its server aside, and clears what it remembers of the cluster.
 * @param directory of the server, see `layout.ts` @returns where the data are now; undefined if there were none
 * @throws ServerError if the server runs
 */
export async function reset(directory: string, files: HostFiles): Promise<string | undefined> {
  const layout = layoutOf(directory);
  if (!existsSync(layout.directory)) return undefined;
  const unlock = files.tryLock(layout.lock);
  if (unlock === undefined)
    throw new ServerError(
      "locked",
      `the etcd in ${layout.directory} is run by a process; stop the agent first`,
    );
  try {
    await endOrphan(layout, standardTimings, new AbortController().signal);
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const movedTo = `${layout.data}.reset-${time}`;
    const hasData = existsSync(join(layout.data, "member"));
    if (hasData) renameSync(layout.data, movedTo);
    rmSync(layout.state, { force: true });
    return hasData ? movedTo : undefined;
  } finally {
    unlock();
  }
}
