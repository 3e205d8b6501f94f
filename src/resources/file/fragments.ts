import { readFileSync } from "node:fs";
import { compareBytes } from "../../../lang/bytes.ts";
import { ResourceError } from "../../engine/resource.ts";
import { isTemporaryName } from "../../os/atomic-file.ts";
import { explainError, SystemError, systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";
import { readDirectory } from "../../os/read-directory.ts";
import { isDirectoryPath } from "./resulting-path.ts";
import { stat } from "./status.ts";

/** The fragments one after the other, nothing between; a directory gives its direct files in the order of their names. */
export function readFragments(fragments: readonly string[]): Uint8Array {
  return Buffer.concat(
    fragments.flatMap((fragment) =>
      isDirectoryPath(fragment)
        ? filesIn(fragment).map((path) => readFragment(path, "could not read directory file fragment"))
        : readFragment(fragment, "could not read file fragment"),
    ),
  );
}

function filesIn(directory: string): string[] {
  try {
    return readDirectory(directory)
      .filter(({ kind, name }) => kind !== "directory" && !isTemporaryName(name))
      .map(({ name }) => name)
      .sort(compareBytes)
      .map((name) => directory + name);
  } catch (error) {
    throw new ResourceError(`could not read fragment directory: ${explainError(error)}`, { cause: error });
  }
}

function readFragment(path: string, failure: string): Uint8Array {
  try {
    const status = stat(path);
    // Reading a pipe would wait for somebody who writes to it.
    if (status !== undefined && status.kind !== "file")
      throw new SystemError("could not read", path, "EINVAL", "it is not a regular file");
    return readFileSync(nativePath(path));
  } catch (error) {
    const cause = systemError("could not read", path, error);
    throw new ResourceError(`${failure}: ${cause.message}`, { cause });
  }
}
