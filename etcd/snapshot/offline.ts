/** A snapshot of the data of a server that does not run. */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { layoutOf } from "../server/layout.ts";
import { lockServer } from "../server/lock-server.ts";
import { endOrphan } from "../server/orphan.ts";
import { standardTimings } from "../server/timings.ts";
import { type NewFile, type Writer, writeSnapshot } from "./new-file.ts";
import type { SnapshotFacts } from "./read.ts";
import { codeOf, readError } from "./snapshot-error.ts";

export interface OfflineOptions extends NewFile {
  /** Of the server, see `server/layout.ts`. */
  readonly server: string;
  readonly files: HostFiles;
}

const pieceSize = 1024 * 1024;

/**
 * Saves what a server has in its store. One that was killed may have had the last tenth of a second of changes in its
 * log only; that part is not in the snapshot.
 *
 * @returns undefined if there are no data
 * @throws SnapshotError; ServerError if the server is run at this moment; or the reason of the signal
 */
export async function snapshotOfData(options: OfflineOptions): Promise<SnapshotFacts | undefined> {
  const { server, files, signal } = options;
  const layout = layoutOf(server);
  const unlock = lockServer(layout, files);
  try {
    await endOrphan(layout, standardTimings, signal ?? new AbortController().signal);
    const path = join(layout.data, "member", "snap", "db");
    const store = await open(path, "r").catch((cause: unknown) => {
      if (codeOf(cause) === "ENOENT") return undefined;
      throw readError(path, cause);
    });
    if (store === undefined) return undefined;
    try {
      return await writeSnapshot(options, (writer) => copy(path, store, writer, signal));
    } finally {
      await store.close();
    }
  } finally {
    unlock();
  }
}

async function copy(
  path: string,
  store: FileHandle,
  writer: Writer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = new Bun.CryptoHasher("sha256");
  const piece = Buffer.allocUnsafe(pieceSize);
  for (let done = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await store.read(piece, 0, pieceSize, done).catch((cause: unknown) => {
      throw readError(path, cause);
    });
    if (bytesRead === 0) break;
    done += bytesRead;
    const bytes = piece.subarray(0, bytesRead);
    hash.update(bytes);
    await writer.write(bytes);
  }
  await writer.write(hash.digest());
}
