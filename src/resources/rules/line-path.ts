/** What keeps a path from being that of a file of lines, which may begin with a home directory: `~/`, `~user/`. */
export function linePathFlaw(path: string): string | undefined {
  if (!path.startsWith("/") && !/^~[^/]*\//.test(path)) return "the File must be absolute";
  return path.endsWith("/") ? "the File must not end with a slash" : undefined;
}
