import { SystemError } from "../../os/errors.ts";
import { type FileStatus, fileStatus } from "../../os/file-status.ts";

/** What a path leads to, or undefined if nothing is there. @throws SystemError */
export function stat(path: string): FileStatus | undefined {
  return existing(path, fileStatus(path, "follow"));
}

/** What is at a path, links not followed, or undefined. @throws SystemError */
export function lstat(path: string): FileStatus | undefined {
  return existing(path, fileStatus(path));
}

function existing(path: string, status: FileStatus | string): FileStatus | undefined {
  if (typeof status !== "string") return status;
  if (status === "ENOENT") return undefined;
  throw new SystemError("could not stat file:", path, status);
}

/** Permission bits as administrators write them: `0644`. */
export function printMode(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}

const letters: Readonly<Record<FileStatus["kind"], string>> = {
  file: "-",
  directory: "d",
  symlink: "l",
  fifo: "p",
  socket: "s",
  "block device": "b",
  "character device": "c",
  other: "?",
};

/** Type and permissions as `ls -l` shows them: `prw-r--r--`. */
export function describe(status: FileStatus): string {
  const permissions = [6, 3, 0].map((shift) => {
    const bits = status.mode >> shift;
    return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + (bits & 1 ? "x" : "-");
  });
  return letters[status.kind] + permissions.join("");
}
