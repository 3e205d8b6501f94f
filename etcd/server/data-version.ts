import { ServerError } from "./server-error.ts";

/**
 * etcd cannot go back: a minor version writes what the ones before it misread.
 *
 * @param writer the newest etcd that has worked on the data, `MAJOR.MINOR.PATCH`
 * @throws ServerError if that is newer than the etcd at hand
 */
export function requireReadable(data: string, writer: string | undefined, own: string): void {
  if (writer === undefined || minorOf(writer) <= minorOf(own)) return;
  throw new ServerError(
    "newer-data",
    `the data in ${data} was written by etcd ${writer}, which etcd ${own} cannot read; use etcd ${writer} or newer`,
  );
}

/** The newer of two versions. */
export function newerVersion(one: string | undefined, other: string): string {
  return one !== undefined && Bun.semver.order(one, other) > 0 ? one : other;
}

/** Comparable: 3.10 is more than 3.9. */
function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}
