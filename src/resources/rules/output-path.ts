/** What keeps a path from being that of a file to write; undefined if nothing does. */
export function outputPathFlaw(path: string): string | undefined {
  if (path === "") return "path is empty";
  if (!path.startsWith("/")) return "path must be absolute";
  return path.endsWith("/") ? "path must not end with a slash" : undefined;
}
