import { lstatSync, type Stats, statSync } from "node:fs";
import { systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";

/** What a path leads to, or undefined if nothing is there. @throws SystemError */
export function stat(path: string): Stats | undefined {
  try {
    return statSync(nativePath(path), { throwIfNoEntry: false });
  } catch (error) {
    throw systemError("could not stat file:", path, error);
  }
}

/** What is at a path, links not followed, or undefined. @throws SystemError */
export function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(nativePath(path), { throwIfNoEntry: false });
  } catch (error) {
    throw systemError("could not stat file:", path, error);
  }
}

/** Permission bits as administrators write them: `0644`. */
export function printMode(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
}

/** Type and permissions as `ls -l` shows them: `prw-r--r--`. */
export function describe(status: Stats): string {
  const permissions = [6, 3, 0].map((shift) => {
    const bits = status.mode >> shift;
    return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + (bits & 1 ? "x" : "-");
  });
  return typeLetter(status) + permissions.join("");
}

function typeLetter(status: Stats): string {
  if (status.isDirectory()) return "d";
  if (status.isSymbolicLink()) return "l";
  if (status.isFIFO()) return "p";
  if (status.isSocket()) return "s";
  if (status.isBlockDevice()) return "b";
  return status.isCharacterDevice() ? "c" : "-";
}
