/** The way of one node to a newer etcd: what its server is started as, and how that is replaced in its turn. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EtcdClient } from "../client/client.ts";
import { Maintenance } from "../client/maintenance.ts";
import type { HostFiles } from "../host-files.ts";
import { handOver, viewVersions } from "../maintenance/cluster-view.ts";
import type { EtcdServer, ServerProgram } from "../server/etcd-server.ts";
import { layoutOf } from "../server/layout.ts";
import { ServerError } from "../server/server-error.ts";
import { readState } from "../server/state-file.ts";
import { snapshotOfData } from "../snapshot/offline.ts";
import type { SnapshotFacts } from "../snapshot/read.ts";
import { saveSnapshot } from "../snapshot/save.ts";
import { standardSpare } from "../snapshot/schedule.ts";
import { startingProgram } from "./decide.ts";
import { olderPrograms } from "./older-programs.ts";
import { runUpgrade, type UpgradeEvent } from "./upgrade.ts";

export interface ProgramOptions {
  /** Of the server, see `server/layout.ts`. */
  readonly directory: string;
  /** Where programs are staged. */
  readonly bin: string;
  /** What is staged now. */
  readonly wanted: ServerProgram;
}

export interface ChosenProgram {
  /** What the server is to be started as. */
  readonly program: ServerProgram;
  /** What it is to be replaced by when the cluster permits it: {@link upgradeServer}. */
  readonly next: ServerProgram | undefined;
  /** It is newer than the data, and has to start now: {@link saveBefore} first, and `startPermit` where there are others. */
  readonly isBlind: boolean;
}

/** What a server is started as. @throws ServerError if nothing that is at hand can work on its data */
export function chooseProgram({ directory, bin, wanted }: ProgramOptions): ChosenProgram {
  const { data, state } = layoutOf(directory);
  const choice = startingProgram({
    written: existsSync(join(data, "member")) ? readState(state).etcdVersion : undefined,
    wanted,
    older: olderPrograms(bin),
  });
  if ("refused" in choice) throw new ServerError("too-far", choice.refused);
  return { program: choice.program, next: choice.next, isBlind: choice.isBlind === true };
}

/** Saves the data of a server that does not run, before a newer one works on them. @throws SnapshotError or ServerError */
export async function saveBefore(
  options: Omit<ProgramOptions, "bin"> & { readonly snapshots: string; readonly files: HostFiles },
  signal?: AbortSignal,
): Promise<SnapshotFacts | undefined> {
  const { directory, wanted, snapshots, files } = options;
  mkdirSync(snapshots, { recursive: true, mode: 0o700 });
  const name = beforeName(wanted);
  return snapshotOfData({ server: directory, files, directory: snapshots, name, force: true, signal });
}

export interface ServerUpgradeOptions {
  readonly server: EtcdServer;
  readonly wanted: ServerProgram;
  /** With the rights of root. */
  readonly client: EtcdClient;
  /** Of the node. */
  readonly name: string;
  /** Of the keys of those who want to upgrade. */
  readonly lock: string;
  /** Where the store is saved before. */
  readonly snapshots: string;
  readonly poll?: number;
  /** Must not throw. */
  onEvent(event: UpgradeEvent): void;
}

/** Has a server that runs go on as a newer etcd in its turn. @returns whether it does */
export async function upgradeServer(options: ServerUpgradeOptions, signal: AbortSignal): Promise<boolean> {
  const { server, wanted, client, name, lock, snapshots, poll, onEvent } = options;
  return runUpgrade(
    {
      client,
      lock,
      name,
      ...(poll === undefined ? {} : { poll }),
      current: server.program,
      wanted,
      members: () => viewVersions(client, readState(server.layout.state).memberId ?? ""),
      async snapshot(ends) {
        mkdirSync(snapshots, { recursive: true, mode: 0o700 });
        await saveSnapshot({
          maintenance: new Maintenance(client.connection),
          directory: snapshots,
          name: beforeName(wanted),
          force: true,
          spare: standardSpare,
          signal: ends,
        });
      },
      moveLeader: ({ id }) => handOver(client, id),
      restart: (program) => server.replaceProgram(program),
      onEvent,
    },
    signal,
  );
}

/** These are not removed by whoever keeps the last few. */
function beforeName({ version }: ServerProgram): (facts: SnapshotFacts) => string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return ({ revision }) => `before-etcd-${version}-${time}-r${revision}.db`;
}
