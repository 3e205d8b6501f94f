import { closeSync, constants, openSync } from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { SystemError, systemError } from "./errors.ts";
import { type FileStatus, fileStatus } from "./file-status.ts";
import { lastErrorCode, libc } from "./libc.ts";
import { nativePath } from "./paths.ts";

/** One entry of a directory; links are not followed. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileStatus["kind"];
}

const RECORD_LENGTH_OFFSET = 16;
const TYPE_OFFSET = 18;
const NAME_OFFSET = 19;
const kinds = new Map<number, FileStatus["kind"]>([
  [4, "directory"],
  [8, "file"],
  [10, "symlink"],
]);

/**
 * The entries of a directory with their kinds, no byte of a name lost, in the order of the file system (node:fs
 * gives either kinds or raw names). Throws {@link SystemError}.
 */
export function readDirectory(path: string): DirectoryEntry[] {
  let fd: number;
  try {
    fd = openSync(nativePath(path), constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw systemError("could not read the directory", path, error);
  }
  try {
    const entries: DirectoryEntry[] = [];
    const buffer = Buffer.alloc(32 * 1024);
    for (;;) {
      const length = Number(libc().getdents64(fd, buffer, buffer.length));
      if (length < 0) throw new SystemError("could not read the directory", path, lastErrorCode());
      if (length === 0) return entries;
      for (let at = 0; at < length; ) {
        const size = buffer.readUInt16LE(at + RECORD_LENGTH_OFFSET);
        const end = buffer.indexOf(0, at + NAME_OFFSET);
        const name = decodeBytes(buffer.subarray(at + NAME_OFFSET, end));
        if (name !== "." && name !== "..")
          entries.push({ name, kind: entryKind(path, name, buffer[at + TYPE_OFFSET] ?? 0) });
        at += size;
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** File systems need not tell the kind in the listing. */
function entryKind(directory: string, name: string, type: number): FileStatus["kind"] {
  const kind = kinds.get(type);
  if (kind !== undefined) return kind;
  const status = type === 0 ? fileStatus(`${directory}/${name}`) : "";
  return typeof status === "string" ? "other" : status.kind;
}
