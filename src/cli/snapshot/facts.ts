import type { SnapshotFacts } from "../../../etcd/snapshot/read.ts";

/** A snapshot as `--json` prints it. */
export function factsForJson({ path, bytes, savedAt, revision, clusterVersion, sha256 }: SnapshotFacts) {
  return {
    path,
    bytes,
    savedAt: savedAt.toISOString(),
    revision: String(revision),
    etcdVersion: clusterVersion ?? null,
    sha256,
  };
}

export function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
