import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { systemError } from "../os/errors.ts";

/** Where all these directories are. */
export function stateDirectory(prefix: string): string {
  return join(prefix, "engine", "state");
}

/**
 * The directory that a resource keeps over restarts: `PREFIX/engine/state/KIND-HASH+READABLE/`, where READABLE is as
 * much of the name as a file name can carry; the hash makes it unique.
 */
export function vardirPath(prefix: string, kind: string, name: string): string {
  const hash = createHash("sha256").update(encodeBytes(name)).digest("hex").slice(0, 20);
  const readable = name.replaceAll(/[^\w.@:=-]+/g, "-").slice(0, 80);
  return `${join(stateDirectory(prefix), `${kind}-${hash}+${readable}`)}/`;
}

/** Makes the directory of {@link vardirPath} if it is not there. @throws SystemError */
export function makeVardir(prefix: string, kind: string, name: string): string {
  const path = vardirPath(prefix, kind, name);
  try {
    mkdirSync(path, { recursive: true, mode: 0o775 });
  } catch (error) {
    throw systemError("could not create", path, error);
  }
  return path;
}
