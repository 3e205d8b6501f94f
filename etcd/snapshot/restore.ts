/** Starts a store anew from a snapshot. What was there before is kept beside it. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import type { HostFiles } from "../host-files.ts";
import { processorVariables } from "../processor-variables.ts";
import { requireReadable } from "../server/data-version.ts";
import { type Layout, layoutOf, peerSocketName } from "../server/layout.ts";
import { lockServer } from "../server/lock-server.ts";
import { endOrphan } from "../server/orphan.ts";
import { updateState } from "../server/state-file.ts";
import { standardTimings } from "../server/timings.ts";
import { readSnapshot, type SnapshotFacts } from "./read.ts";
import type { RestoreProgram } from "./restore-program.ts";
import { SnapshotError } from "./snapshot-error.ts";
import { syncDirectory } from "./sync-directory.ts";

export interface RestoreOptions {
  /** The snapshot. */
  readonly file: string;
  /** Of the server, see `server/layout.ts`. */
  readonly directory: string;
  readonly program: RestoreProgram;
  readonly files: HostFiles;
  /** Of the one member that there is then. */
  readonly name: string;
  /** Of that member; those that the snapshot has for its name if not given, else the local socket. */
  readonly peerUrls?: readonly string[] | undefined;
  /** When that is, for the name of what was there before. */
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

export interface Restored {
  readonly snapshot: SnapshotFacts;
  /** The `--initial-cluster-token` of the new cluster. */
  readonly token: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Where the data are that were there before; undefined if there were none. */
  readonly dataMovedTo: string | undefined;
}

/**
 * Makes the data of a server from a snapshot: a new cluster of one member, with other ids than the one that was saved.
 * If that fails half-way, everything is as it was.
 *
 * @throws SnapshotError; ServerError if the server is run at this moment; or the reason of the signal
 */
export async function restoreSnapshot(options: RestoreOptions): Promise<Restored> {
  const { file, program, files, name, signal } = options;
  if (name === "" || /[,=]/.test(name))
    throw new SnapshotError("failed", `\`${name}\` cannot be the name of a member; name another`);
  const layout = layoutOf(options.directory);
  const unlock = lockServer(layout, files);
  try {
    const snapshot = await readSnapshot(file, signal);
    requireReadable(snapshot.path, snapshot.clusterVersion, program.version);
    const peerUrls = options.peerUrls ?? peerUrlsOf(snapshot, name);
    await endOrphan(layout, standardTimings, signal ?? new AbortController().signal);
    const token = randomUUID();
    const fresh = `${layout.data}.restoring`;
    rmSync(fresh, { recursive: true, force: true });
    let dataMovedTo: string | undefined;
    try {
      await runRestore(program, restoreArguments({ file, name, peerUrls, token, data: fresh }), signal);
      dataMovedTo = replaceData(layout, fresh, options.now ?? new Date(), () =>
        updateState(
          layout.state,
          {
            mode: "member",
            token,
            clusterId: undefined,
            memberId: undefined,
            // They lead to the cluster that was.
            endpoints: undefined,
            etcdVersion: program.version,
          },
          files,
        ),
      );
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    await syncDirectory(layout.directory);
    return { snapshot, token, name, peerUrls, dataMovedTo };
  } finally {
    unlock();
  }
}

function peerUrlsOf({ members }: SnapshotFacts, name: string): readonly string[] {
  const urls = members.find((member) => member.name === name)?.peerUrls ?? [];
  return urls.length > 0 ? urls : [`unix://${peerSocketName}`];
}

function restoreArguments(member: {
  readonly file: string;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly token: string;
  readonly data: string;
}): readonly string[] {
  const { file, name, peerUrls, token, data } = member;
  return [
    "snapshot",
    "restore",
    file,
    `--name=${name}`,
    `--initial-cluster=${peerUrls.map((url) => `${name}=${url}`).join(",")}`,
    `--initial-advertise-peer-urls=${peerUrls.join(",")}`,
    `--initial-cluster-token=${token}`,
    `--data-dir=${data}`,
  ];
}

async function runRestore(
  { path }: RestoreProgram,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  let said: string;
  try {
    const running = Bun.spawn([path, ...args], {
      env: { ETCDCTL_API: "3", PATH: process.env.PATH ?? "", ...processorVariables() },
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    said = await running.stderr.text();
    if ((await running.exited) === 0) return;
  } catch (error) {
    signal?.throwIfAborted();
    throw new SnapshotError(
      "no-program",
      `cannot run ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
  signal?.throwIfAborted();
  const reason = /^Error: (.+)$/m.exec(said)?.[1] ?? said.trim().split("\n").at(-1);
  throw new SnapshotError("failed", `the snapshot could not be restored: ${reason}; nothing was changed`);
}

/** @param then what has to succeed, too @returns where the data are that were there */
function replaceData(layout: Layout, fresh: string, now: Date, then: () => void): string | undefined {
  const before = moveAside(layout.data, now);
  try {
    renameSync(fresh, layout.data);
    try {
      then();
    } catch (error) {
      renameSync(layout.data, fresh);
      throw error;
    }
  } catch (error) {
    if (before === undefined) mkdirSync(layout.data, { mode: 0o700 });
    else renameSync(before, layout.data);
    throw error;
  }
  return before;
}

function moveAside(data: string, now: Date): string | undefined {
  if (!existsSync(data)) return undefined;
  if (readdirSync(data).length === 0) {
    rmdirSync(data);
    return undefined;
  }
  const wanted = `${data}.before-restore-${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  let free = wanted;
  for (let count = 2; existsSync(free); count++) free = `${wanted}-${count}`;
  renameSync(data, free);
  return free;
}
