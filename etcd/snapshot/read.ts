/** What is in the file of a snapshot, and whether it is what was saved. */
import { fstatSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BoltError, BoltFile } from "./bolt.ts";
import { readError, SnapshotError } from "./snapshot-error.ts";
import { readStoreFacts, type StoreFacts } from "./store-facts.ts";
import { hashSize, TrailingHash } from "./trailing-hash.ts";

export interface SnapshotFacts extends StoreFacts {
  readonly path: string;
  readonly bytes: number;
  /** When it was written. */
  readonly savedAt: Date;
  /** In hexadecimal, of the store in it. */
  readonly sha256: string;
}

const pieceSize = 1024 * 1024;
/** A store is made of sectors of this size; a snapshot has a hash behind it. */
const sector = 512;

/**
 * Reads a snapshot through, and makes sure that it is whole.
 * @throws SnapshotError, or the reason of the signal
 */
export async function readSnapshot(path: string, signal?: AbortSignal): Promise<SnapshotFacts> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw readError(path, cause);
  });
  try {
    return await readOpened(path, file, signal);
  } finally {
    await file.close();
  }
}

async function readOpened(path: string, file: FileHandle, signal?: AbortSignal): Promise<SnapshotFacts> {
  const status = fstatSync(file.fd);
  if (!status.isFile()) throw new SnapshotError("foreign", `${path} is no file`);
  if (status.size === 0) throw new SnapshotError("damaged", `the snapshot ${path} is empty; use another`);
  const hash = new TrailingHash();
  const piece = Buffer.allocUnsafe(pieceSize);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, pieceSize, hash.size).catch((cause: unknown) => {
      throw readError(path, cause);
    });
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
  }
  const sha256 = hash.check();
  if (sha256 === undefined) throw notWhole(path, hash.size, file.fd);
  const facts = orReason(() => readStoreFacts(file.fd));
  if (typeof facts === "string")
    throw new SnapshotError("foreign", `${path} holds no store of etcd: ${facts}`);
  return { ...facts, path, bytes: status.size, savedAt: status.mtime, sha256 };
}

/** @returns the message if that is no store */
function orReason<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof BoltError) return error.message;
    throw error;
  }
}

/** Says in what way a file is wrong whose last bytes are not its hash. */
function notWhole(path: string, size: number, descriptor: number): SnapshotError {
  if (size % sector === hashSize)
    return new SnapshotError(
      "damaged",
      `the snapshot ${path} is damaged: its contents are not those that were saved; use another`,
    );
  const store = orReason(() => new BoltFile(descriptor));
  if (typeof store === "string")
    return new SnapshotError(
      "foreign",
      `${path} is no snapshot, or only the very beginning of one (${store}); use another`,
    );
  if (size % sector === 0)
    return new SnapshotError(
      "foreign",
      `${path} has no hash at its end: it is the copy of a server's own file, or a snapshot that was cut off; ` +
        "use one that was saved as a snapshot",
    );
  return new SnapshotError("damaged", `the snapshot ${path} is not complete (${size} bytes); use another`);
}
