import { createHash } from "node:crypto";
import { mkdirSync, utimesSync } from "node:fs";
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
  return `${join(stateDirectory(prefix), vardirName(kind, name))}/`;
}

/** The last part of {@link vardirPath}. */
export function vardirName(kind: string, name: string): string {
  const hash = createHash("sha256").update(encodeBytes(name)).digest("hex").slice(0, 20);
  const readable = name.replaceAll(/[^\w.@:=-]+/g, "-").slice(0, 80);
  return `${kind}-${hash}+${readable}`;
}

/** Whether {@link vardirName} may have given the name. */
export function isVardirName(name: string): boolean {
  return /^.+-[0-9a-f]{20}\+/.test(name);
}

/** The file in it that holds what `Meta:reverse` will put back. */
export const reversalFileName = "reverse.json";

/** Makes the directory of {@link vardirPath} if it is not there, and marks it as used just now. @throws SystemError */
export function makeVardir(prefix: string, kind: string, name: string): string {
  const path = vardirPath(prefix, kind, name);
  try {
    const made = mkdirSync(path, { recursive: true, mode: 0o775 });
    if (made === undefined) utimesSync(path, new Date(), new Date());
  } catch (error) {
    throw systemError("could not create", path, error);
  }
  return path;
}
