import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { programVersion } from "../program-version.ts";
import { SnapshotError } from "./snapshot-error.ts";

/** What restores snapshots: `etcdctl` up to etcd 3.5, `etcdutl` from 3.5 on. */
export interface RestoreProgram {
  readonly path: string;
  /** `MAJOR.MINOR.PATCH`. */
  readonly version: string;
}

/**
 * @param client the `etcdctl` at hand
 * @param search where programs are looked for, as in `PATH`
 * @param named an `etcdutl` to use
 * @throws SnapshotError if the client is too new to restore, and nothing else is there that does
 */
export function restoreProgram(client: RestoreProgram, search: string, named?: string): RestoreProgram {
  const beside = join(dirname(client.path), "etcdutl");
  const utility = named ?? (existsSync(beside) ? beside : Bun.which("etcdutl", { PATH: search }));
  if (utility !== null && (named !== undefined || !canRestore(client)))
    return { path: utility, version: programVersion(utility, ["version"]) };
  if (canRestore(client)) return client;
  throw new SnapshotError(
    "no-program",
    `etcdctl ${client.version} does not restore snapshots any more, and there is no etcdutl beside ${client.path} nor in ` +
      `${search || "PATH"}: put one of version ${client.version} there`,
  );
}

function canRestore({ version }: RestoreProgram): boolean {
  return Bun.semver.order(version, "3.6.0") < 0;
}
