/** Whether a path is absolute and ends in a slash, as the paths of directories do. */
export function isAbsoluteDirectory(path: string): boolean {
  return path.startsWith("/") && path.endsWith("/");
}
