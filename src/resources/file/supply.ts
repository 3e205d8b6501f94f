import { readFileSync } from "node:fs";
import { ResourceError } from "../../engine/resource.ts";
import { SystemError, systemError } from "../../os/errors.ts";
import type { FileStatus } from "../../os/file-status.ts";
import { displayPath, nativePath } from "../../os/paths.ts";
import { describe, stat } from "./status.ts";

/** Up to this many bytes a file is read and compared at once; a larger one in pieces, others working meanwhile. */
export const AT_ONCE = 1024 * 1024;

/** What a file should hold: bytes at hand, or those of a file too large for that. */
export type Supply =
  | { readonly bytes: Uint8Array; readonly source: Source | undefined }
  | { readonly bytes: undefined; readonly source: Source };

/** The file that the bytes come from. */
export interface Source {
  readonly path: string;
  readonly status: FileStatus;
}

/** The contents of a regular file, links followed. @throws ResourceError, SystemError */
export function supplyOf(path: string): Supply {
  const status = stat(path);
  if (status === undefined) throw new SystemError("could not read", path, "ENOENT");
  if (status.kind !== "file") {
    throw new ResourceError(`non-regular src file: ${displayPath(path)} (${describe(status)})`);
  }
  const source = { path, status };
  if (status.size > AT_ONCE) return { bytes: undefined, source };
  try {
    return { bytes: readFileSync(nativePath(path)), source };
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}
