import { rmdirSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { errorCode, SystemError, systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";

/** Removes one entry, a directory only if it is empty. */
export function removeEntry(entry: string, directory: boolean): void {
  try {
    if (directory) rmdirSync(nativePath(entry));
    else unlinkSync(nativePath(entry));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return;
    if (code !== "ENOTEMPTY") throw systemError("could not remove", entry, error);
    const reason = "directory not empty; set Recurse to remove it with all that is in it";
    throw new SystemError("could not remove", entry, code, reason);
  }
}

/** Removes an entry with all that is below it; links are not followed. */
export async function removeTree(entry: string): Promise<void> {
  try {
    await rm(nativePath(entry), { recursive: true });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw systemError("could not remove", entry, error);
  }
}
