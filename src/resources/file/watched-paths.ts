import { resolve } from "node:path";
import type { WatchedPath } from "../watch-together.ts";
import type { Goal } from "./goal.ts";
import { isDirectoryPath } from "./resulting-path.ts";

/** The path and what it is made from. A link is not followed, and its text need not be a path that can be watched. */
export function watchedPaths({ path, params, fragments }: Goal): readonly WatchedPath[] {
  const inputs = params.symlink || params.source === "" ? fragments : [params.source];
  return [
    { path, recursive: params.recurse },
    ...inputs.map((input) => ({
      path: resolve(input),
      recursive: input === params.source && isDirectoryPath(input),
    })),
  ];
}
