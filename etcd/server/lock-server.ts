import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { HostFiles } from "../host-files.ts";
import type { Layout } from "./layout.ts";
import { ServerError } from "./server-error.ts";

/** A socket's address has room for no more bytes. */
const longestSocketPath = 107;

/**
 * Makes the directories of a server, and takes the lock that one process at a time has.
 * @returns lets go of it
 * @throws ServerError
 */
export function lockServer(layout: Layout, files: HostFiles): () => void {
  const bytes = Buffer.byteLength(layout.clientSocket);
  if (bytes > longestSocketPath)
    throw new ServerError(
      "directory",
      `the path of the socket ${layout.clientSocket} is too long (${bytes} bytes, at most ${longestSocketPath}): choose a shorter directory`,
    );
  let unlock: (() => void) | undefined;
  try {
    mkdirSync(layout.directory, { recursive: true, mode: 0o755 });
    unlock = files.tryLock(layout.lock);
    if (unlock !== undefined) {
      writeFileSync(layout.lock, `${process.pid}\n`);
      for (const path of [layout.run, layout.data]) {
        mkdirSync(path, { recursive: true, mode: 0o700 });
        chmodSync(path, 0o700);
      }
      return unlock;
    }
  } catch (error) {
    unlock?.();
    throw new ServerError(
      "directory",
      `cannot work in ${layout.directory}: ${error instanceof Error ? error.message : error}`,
    );
  }
  throw new ServerError(
    "locked",
    `the etcd in ${layout.directory} is run by another process already${holderOf(layout.lock)}`,
  );
}

function holderOf(lock: string): string {
  try {
    const pid = readFileSync(lock, "utf8").trim();
    return pid === "" ? "" : ` (process ${pid})`;
  } catch {
    return "";
  }
}
