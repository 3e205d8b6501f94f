import { rmdirSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { errorCode, SystemError, systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";

/**
 * Removes one entry, a directory only if it is empty.
 *
 * @param cure what helps if it is not
 */
export function removeEntry(entry: string, directory: boolean, cure?: string): void {
  try {
    if (directory) rmdirSync(nativePath(entry));
    else unlinkSync(nativePath(entry));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return;
    if (code !== "ENOTEMPTY" || cure === undefined) throw systemError("could not remove", entry, error);
    throw new SystemError("could not remove", entry, code, `directory not empty; ${cure}`);
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
