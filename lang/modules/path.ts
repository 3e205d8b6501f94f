/** Paths within a program: `/` between names, relative, kept in their shortest form. */

/** The shortest path that leads to the same place; keeps one trailing slash. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith("/");
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.length > 0 && names[names.length - 1] !== "..") names.pop();
    else if (!absolute) names.push(name);
  }
  const clean = (absolute ? "/" : "") + names.join("/");
  if (clean === "") return path.endsWith("/") ? "./" : ".";
  return path.endsWith("/") && clean !== "/" ? `${clean}/` : clean;
}

/** The directory of a file: empty, or with a trailing slash. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Where `path` leads from `directory`, which is empty or ends in `/`. The base directory itself is empty. */
export function resolvePath(directory: string, path: string): string {
  const clean = cleanPath(directory + path);
  return clean === "./" ? "" : clean;
}
