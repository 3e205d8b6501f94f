/** Paths of files that are part of the standard library: no file of a program begins with this. */
const scheme = "core:";

/** The directory of what a core module has that is written in mcl. */
export function coreDirectory(module: string): string {
  return `${scheme}${module}/`;
}

/** The path of a file below all these directories; undefined for files of programs. */
export function pathInCore(path: string): string | undefined {
  return path.startsWith(scheme) ? path.slice(scheme.length) : undefined;
}
