/** Takes a snapshot of a store into a file: all of it, verified and durable, or nothing. */
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open, statfs } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EtcdError } from "../client/error.ts";
import type { Maintenance, SnapshotOptions } from "../client/maintenance.ts";
import { readSnapshot, type SnapshotFacts } from "./read.ts";
import { codeOf, SnapshotError, writeError } from "./snapshot-error.ts";
import { syncDirectory } from "./sync-directory.ts";
import { TrailingHash } from "./trailing-hash.ts";

export interface SaveOptions extends SnapshotOptions {
  readonly maintenance: Maintenance;
  /** @returns the path of the file, once it is known what is in it */
  readonly name: string | ((facts: SnapshotFacts) => string);
  /** Whether a file of that name is replaced. */
  readonly force?: boolean;
  /** Bytes that are to be left free on the file system. */
  readonly spare?: number;
  /** @param done @param total bytes of the store */
  onProgress?(done: number, total: number): void;
}

/**
 * Saves a snapshot in a directory that is there. The servers are asked one after the other until one sends all of it.
 * @param directory of the file
 * @throws SnapshotError, EtcdError, or the reason of the signal; nothing is left in the directory then
 */
export async function saveSnapshot(directory: string, options: SaveOptions): Promise<SnapshotFacts> {
  const { maintenance, name, force = false, signal } = options;
  const known = typeof name === "string" ? join(directory, name) : undefined;
  if (known !== undefined && !force && existsSync(known)) throw existing(known);
  const partial = join(directory, partialName(typeof name === "string" ? name : "snapshot"));
  try {
    for (let tries = 1; ; tries++) {
      try {
        await receive(partial, known ?? directory, options);
        break;
      } catch (error) {
        const isLast = tries >= maintenance.endpoints.length;
        if (isLast || !(error instanceof EtcdError) || !error.isTransient) throw error;
      }
    }
    const facts = await readSnapshot(partial, signal);
    const path = resolve(directory, typeof name === "string" ? name : name(facts));
    publish(partial, path, force);
    await syncDirectory(directory);
    return { ...facts, path };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Saves a snapshot under a path. See {@link saveSnapshot}. */
export function saveSnapshotAs(path: string, options: Omit<SaveOptions, "name">): Promise<SnapshotFacts> {
  const whole = resolve(path);
  return saveSnapshot(dirname(whole), { ...options, name: basename(whole) });
}

/** A snapshot that is being written, or that was when its writer was killed. */
function partialName(name: string): string {
  return `.${name.slice(0, 200)}.${process.pid}.partial`;
}

/** Whether a file is the leftover of a writer that was killed. Another process may be writing one at this moment. */
export function isLeftover(name: string): boolean {
  const pid = /^\..+\.(\d+)\.partial$/.exec(name)?.[1];
  return pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`));
}

async function receive(partial: string, shown: string, options: SaveOptions): Promise<void> {
  const { maintenance, signal, silence, spare, onProgress } = options;
  rmSync(partial, { force: true });
  const file = await open(partial, "wx", 0o600).catch((cause: unknown) => {
    throw writeError(shown, cause);
  });
  const hash = new TrailingHash();
  try {
    let total: number | undefined;
    const pieces = maintenance.snapshot({ signal, ...(silence === undefined ? {} : { silence }) });
    for await (const { bytes, remaining } of pieces) {
      if (total === undefined) {
        total = bytes.length + remaining;
        if (spare !== undefined) await requireRoom(shown, dirname(partial), total + spare);
      }
      hash.update(bytes);
      await writeAll(file, bytes, shown);
      onProgress?.(Math.min(hash.size, total), total);
    }
    if (total === undefined || hash.size < total)
      throw new SnapshotError(
        "incomplete",
        `etcd has sent ${hash.size} of the ${total ?? 0} bytes of its snapshot; try again`,
      );
    await file.chmod(0o600);
    await file.sync().catch((cause: unknown) => {
      throw writeError(shown, cause);
    });
  } finally {
    await file.close();
  }
  if (hash.check() === undefined)
    throw new SnapshotError("damaged", "the snapshot was damaged on its way from etcd; try again");
}

async function writeAll(file: FileHandle, bytes: Uint8Array, shown: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; )
      done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  } catch (cause) {
    throw writeError(shown, cause);
  }
}

/** A store that runs out of room on the same file system stops working. */
async function requireRoom(shown: string, directory: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= needed) return;
  const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new SnapshotError(
    "no-space",
    `no room for the snapshot ${shown}: ${inMegabytes(free)} are free, ${inMegabytes(needed)} are to be; make room`,
  );
}

/** A link, unlike a new name, does not replace what is there. */
function publish(partial: string, path: string, force: boolean): void {
  try {
    if (!force) {
      try {
        linkSync(partial, path);
        rmSync(partial);
        return;
      } catch (cause) {
        // Not every file system has links.
        if (codeOf(cause) === "EEXIST" || existsSync(path)) throw existing(path);
      }
    }
    renameSync(partial, path);
  } catch (cause) {
    throw cause instanceof SnapshotError ? cause : writeError(path, cause);
  }
}

function existing(path: string): SnapshotError {
  return new SnapshotError("exists", `${path} is there already; name another file, or have it replaced`);
}
