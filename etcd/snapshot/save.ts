/** Takes a snapshot of a store that is up into a file. */
import { statfs } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { EtcdError } from "../client/error.ts";
import type { Maintenance, SnapshotOptions } from "../client/maintenance.ts";
import { type NewFile, type Writer, writeSnapshot } from "./new-file.ts";
import type { SnapshotFacts } from "./read.ts";
import { SnapshotError } from "./snapshot-error.ts";
import { TrailingHash } from "./trailing-hash.ts";

export interface SaveOptions extends NewFile, SnapshotOptions {
  readonly maintenance: Maintenance;
  /** Bytes that are to be left free on the file system. */
  readonly spare?: number;
  /** @param done @param total bytes of the store; after a failure with one server it begins anew */
  onProgress?(done: number, total: number): void;
}

/**
 * Saves a snapshot; the servers are asked one after the other until one has an answer.
 * @throws SnapshotError, EtcdError, or the reason of the signal; nothing is left in the directory then
 */
export async function saveSnapshot(options: SaveOptions): Promise<SnapshotFacts> {
  const { maintenance } = options;
  let telling: EtcdError | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await writeSnapshot(options, (writer) => receive(writer, options));
    } catch (error) {
      if (!(error instanceof EtcdError) || !error.isTransient) throw error;
      // One that answers, and has no quorum, explains why the others do not.
      if (telling?.kind !== "no-quorum") telling = error;
      if (tries >= maintenance.endpoints.length) throw telling;
    }
  }
}

/** Saves a snapshot under a path: {@link saveSnapshot}. */
export function saveSnapshotAs(
  path: string,
  options: Omit<SaveOptions, "name" | "directory">,
): Promise<SnapshotFacts> {
  const whole = resolve(path);
  return saveSnapshot({ ...options, directory: dirname(whole), name: basename(whole) });
}

async function receive(writer: Writer, options: SaveOptions): Promise<void> {
  const { maintenance, directory, signal, silence, mayBeOld = false, spare, onProgress } = options;
  const hash = new TrailingHash();
  let total: number | undefined;
  const pieces = maintenance.snapshot({
    signal,
    mayBeOld,
    ...(silence === undefined ? {} : { silence }),
  });
  for await (const { bytes, remaining } of pieces) {
    if (total === undefined) {
      total = bytes.length + remaining;
      if (spare !== undefined) await requireRoom(directory, total, spare);
    }
    hash.update(bytes);
    await writer.write(bytes);
    onProgress?.(Math.min(hash.size, total), total);
  }
  if (total === undefined || hash.size <= total)
    throw new SnapshotError(
      "incomplete",
      `etcd has sent ${hash.size} bytes of its snapshot, of ${total ?? "none"}; try again`,
    );
  if (hash.check() === undefined)
    throw new SnapshotError("damaged", "the snapshot was damaged on its way from etcd; try again");
}

/** A store that runs out of room on the same file system stops working. */
async function requireRoom(directory: string, size: number, spare: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= size + spare) return;
  const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new SnapshotError(
    "no-space",
    `no room for a snapshot of ${inMegabytes(size)} in ${directory}: ${inMegabytes(free)} are free, ` +
      `and ${inMegabytes(spare)} are to be left; make room`,
  );
}
