import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import type { HostFiles, HostProgram } from "../../lang/host.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { mirrorDirectory } from "../os/mirror-directory.ts";
import { asHostError } from "./host-error.ts";

/**
 * The files that came with the program.
 *
 * @param directory of the program, absolute
 * @param prefix the working directory of the agent, absolute
 * @param isWritable whether copies may be made there
 */
export function hostProgram(
  { read, exists }: Pick<HostFiles, "read" | "exists">,
  directory: string,
  prefix: string,
  isWritable: boolean,
): HostProgram {
  const placeOf = (path: string): string => resolve(directory, path);
  return {
    read: (path) => read(placeOf(path)),
    exists: (path) => exists(placeOf(path)),
    copyDirectory(path) {
      const copy = resolve(prefix, "local", "vardir", copyPath(path, placeOf(path)));
      if (isWritable)
        asHostError(() => {
          makeDirectory(copy, 0o750);
          mirrorDirectory(placeOf(path), copy);
        });
      return `${copy}/`;
    },
  };
}

/** What is outside of the program has no place among its copies, so it gets one by the hash of where it is. */
function copyPath(path: string, place: string): string {
  if (!path.startsWith("/") && !path.startsWith("../")) return join("directory", path);
  return join("elsewhere", createHash("sha256").update(encodeBytes(place)).digest("hex").slice(0, 20));
}
