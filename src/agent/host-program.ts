import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { mclSources } from "../../lang/core/mcl/index.ts";
import { HostError, type HostFiles, type HostProgram } from "../../lang/host.ts";
import { pathInCore } from "../../lang/modules/core-path.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { mirrorDirectory } from "../os/mirror-directory.ts";
import { asHostError } from "./host-error.ts";

/**
 * The files that came with the program, and those of the standard library, which are in the executable.
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
    read(path) {
      const inCore = pathInCore(path);
      return inCore === undefined ? read(placeOf(path)) : readInCore(inCore);
    },
    exists(path) {
      const inCore = pathInCore(path);
      return inCore === undefined ? exists(placeOf(path)) : existsInCore(inCore);
    },
    copyDirectory(path) {
      if (pathInCore(path) !== undefined)
        throw new HostError(
          "the files of the standard library cannot be copied; read them with `deploy.readfile`",
        );
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

function readInCore(path: string): string {
  const text = mclSources.get(path);
  if (text === undefined)
    throw new HostError(`there is no file \`${path}\` in the standard library`, "not-found");
  return text;
}

function existsInCore(path: string): boolean {
  const below = path === "" || path.endsWith("/") ? path : `${path}/`;
  return mclSources.has(path) || mclSources.keys().some((each) => each.startsWith(below));
}
