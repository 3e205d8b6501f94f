import { mkdirSync } from "node:fs";
import { systemError } from "./errors.ts";
import { nativePath } from "./paths.ts";

/**
 * Makes a directory, and those that it is in, where there are none.
 *
 * @param mode permission bits of what is made, less the umask
 * @throws SystemError
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(nativePath(path), { recursive: true, mode });
  } catch (error) {
    throw systemError("could not create the directory", path, error);
  }
}
