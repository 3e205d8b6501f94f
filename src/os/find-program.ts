import { accessSync, constants, statSync } from "node:fs";
import { SystemError } from "./errors.ts";
import { nativePath } from "./paths.ts";

/**
 * The file a command name means: the name itself if it has a slash, else the first executable file of that name in
 * the agent's own `PATH` (resources-system 3.4). Throws {@link SystemError} if there is none.
 */
export function findProgram(name: string, searchPath: string = process.env.PATH ?? ""): string {
  if (name.includes("/")) return name;
  for (const directory of searchPath.split(":")) {
    // An empty part would mean the working directory, which anybody may be able to write to.
    if (directory === "" || name === "") continue;
    const candidate = `${directory}/${name}`;
    if (isExecutable(candidate)) return candidate;
  }
  throw new SystemError("could not run", name, "ENOENT", `no such program in PATH (${searchPath})`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(nativePath(path), constants.X_OK);
    return statSync(nativePath(path)).isFile();
  } catch {
    return false;
  }
}
