/** The file of a new snapshot: it is there when it is whole, verified and durable, and not before. */
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { readSnapshot, type SnapshotFacts } from "./read.ts";
import { codeOf, SnapshotError, writeError } from "./snapshot-error.ts";
import { syncDirectory } from "./sync-directory.ts";

export interface NewFile {
  /** Is there already. */
  readonly directory: string;
  /** Of the file; may depend on what is in it. */
  readonly name: string | ((facts: SnapshotFacts) => string);
  /** Whether a file of that name is replaced. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Takes the bytes of a snapshot. */
export interface Writer {
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * @param fill writes everything; what it throws is thrown
 * @throws SnapshotError, or the reason of the signal; nothing is left then
 */
export async function writeSnapshot(
  { directory, name, force = false, signal }: NewFile,
  fill: (writer: Writer) => Promise<void>,
): Promise<SnapshotFacts> {
  const known = typeof name === "string" ? join(directory, name) : undefined;
  if (known !== undefined && !force && existsSync(known)) throw existing(known);
  const partial = join(directory, partialName(typeof name === "string" ? name : "snapshot"));
  const shown = known ?? join(directory, "(new)");
  try {
    await fillFile(partial, shown, fill);
    const facts = await readSnapshot(partial, signal);
    const path = known ?? join(directory, typeof name === "string" ? name : name(facts));
    publish(partial, path, force);
    await syncDirectory(directory);
    return { ...facts, path };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Whether a file is what a writer that was killed has left. Another process may be writing one at this moment. */
export function isLeftover(name: string): boolean {
  const pid = /^\..+\.(\d+)\.partial$/.exec(name)?.[1];
  return pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`));
}

function partialName(name: string): string {
  return `.${name.slice(0, 60)}.${process.pid}.partial`;
}

async function fillFile(
  partial: string,
  shown: string,
  fill: (writer: Writer) => Promise<void>,
): Promise<void> {
  const failed = (cause: unknown): never => {
    throw writeError(shown, cause);
  };
  rmSync(partial, { force: true });
  const file = await open(partial, "wx", 0o600).catch(failed);
  try {
    await file.chmod(0o600);
    await fill({ write: (bytes) => writeAll(file, bytes).catch(failed) });
    await file.sync().catch(failed);
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
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
