import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import { ResourceError } from "../../engine/resource.ts";
import { errorCode } from "../../os/errors.ts";
import { displayPath } from "../../os/paths.ts";
import {
  extendedAttribute,
  isUnsupported,
  removeExtendedAttribute,
  setExtendedAttribute,
} from "../../os/xattr.ts";
import type { Check } from "./check.ts";

const NAME = "security.selinux";

/** Step 7: the SELinux context, of the link itself if the path is one. */
export function checkSelinux(check: Check): boolean {
  const { goal, run, log } = check;
  const { path, params } = goal;
  const wanted = params.selinux;
  if (wanted === undefined || (check.pending && check.status === undefined)) return true;
  const current = contextOf(path) ?? "";
  if (current === wanted) return true;
  run.show?.({ kind: "field", field: "selinux", before: current, after: wanted });
  if (!run.apply) return false;
  try {
    if (wanted === "") removeExtendedAttribute(path, NAME);
    else setExtendedAttribute(path, NAME, encodeBytes(wanted));
  } catch (error) {
    if (!isUnsupported(errorCode(error))) throw error;
    throw new ResourceError(`setting SELinux context not supported on this filesystem: ${displayPath(path)}`);
  }
  log(wanted === "" ? "removed the SELinux context" : `set the SELinux context ${wanted}`);
  return false;
}

/** The SELinux context of a path, without the NULs that end it; undefined if there is none. */
export function contextOf(path: string): string | undefined {
  const value = extendedAttribute(path, NAME);
  return value === undefined ? undefined : decodeBytes(value).replace(/\0+$/, "");
}
