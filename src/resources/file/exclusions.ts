import type { Resource } from "../../engine/resource.ts";
import { temporaryPath } from "../../os/atomic-file.ts";
import { clean, dirname, hasPathPrefix } from "../../os/paths.ts";
import { entryPath, identifiedPath } from "./resulting-path.ts";

/** Entries that a purge leaves alone, as cleaned paths: what other file resources manage, and what leads there. */
export type Exclusions = ReadonlySet<string>;

export const noExclusions: Exclusions = new Set();

/** What must stay below `root` for the sake of other file resources, whatever state they want their path to have. */
export function exclusionsBelow(root: string, peers: readonly Resource[]): Exclusions {
  const top = clean(root);
  const excluded = new Set<string>();
  for (const peer of peers) {
    for (const identity of peer.identities) {
      const path = clean(identifiedPath(identity));
      if (!hasPathPrefix(path, top)) continue;
      // It may be about to be written.
      excluded.add(temporaryPath(path));
      for (let above = path; above !== top && !excluded.has(above); above = entryPath(dirname(above)))
        excluded.add(above);
    }
  }
  return excluded;
}
