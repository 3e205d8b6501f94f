import { readlinkSync, realpathSync } from "node:fs";
import { decodeBytes } from "../../../lang/bytes.ts";
import { SystemError, systemError } from "../../os/errors.ts";
import { fileStatus } from "../../os/file-status.ts";
import { nativePath } from "../../os/paths.ts";

/** As many as the kernel follows. */
const MOST_LINKS = 40;

/**
 * Where a file has to be replaced so that links to it stay links: `path` itself unless it is a symbolic link. The
 * last one of a chain may lead to nothing, which is then where the file is created.
 */
export function followLinks(path: string): string {
  let place = path.includes("/../") ? resolveTarget(path, path) : path;
  for (let followed = 0; ; followed++) {
    const target = readLink(place);
    if (target === undefined) return place;
    if (followed === MOST_LINKS) throw new SystemError("could not follow the link", path, "ELOOP");
    place = resolveTarget(place, target);
  }
}

/** The text of a symbolic link, or undefined if there is no link at the path. */
export function readLink(path: string): string | undefined {
  const status = fileStatus(path);
  if (status === "ENOENT" || (typeof status !== "string" && status.kind !== "symlink")) return undefined;
  try {
    return decodeBytes(readlinkSync(nativePath(path), { encoding: "buffer" }));
  } catch (error) {
    throw systemError("could not read the link", path, error);
  }
}

/** Directories on the way are made real: `..` after a link means the parent of the directory the link leads to. */
function resolveTarget(link: string, target: string): string {
  const joined = target.startsWith("/") ? target : link.slice(0, link.lastIndexOf("/") + 1) + target;
  const slash = joined.lastIndexOf("/") + 1;
  try {
    const directory = decodeBytes(
      realpathSync.native(nativePath(joined.slice(0, slash)), { encoding: "buffer" }),
    );
    return `${directory === "/" ? "" : directory}/${joined.slice(slash)}`;
  } catch (error) {
    throw systemError("could not follow the link", link, error);
  }
}
