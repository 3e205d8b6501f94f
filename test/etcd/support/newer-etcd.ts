import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerProgram } from "../../../etcd/server/etcd-server.ts";
import { nextUpgradeStep } from "../../../etcd/upgrade/decide.ts";
import { etcdVersion, withEtcd } from "./server.ts";

/** A version that may follow the one of the tests: of the next minor version. */
export const newerVersion = etcdVersion.replace(/\.(\d+)\..*/, (_, minor) => `.${Number(minor) + 1}.9`);

/** A `test` that runs only where there is a server of etcd which may be followed by {@link newerVersion}. */
export const withFollowedEtcd = withEtcd.skipIf(!isFollowed());

/** Some have to be followed by others of the same minor version first. */
function isFollowed(): boolean {
  const self = { id: "1", name: "self", isSelf: true, isVoter: true, isLeader: true, isHealthy: true };
  const members = [{ ...self, version: etcdVersion }];
  const view = { current: etcdVersion, wanted: newerVersion, members, isUp: true };
  return nextUpgradeStep(view).step === "go";
}

/**
 * An etcd that says that it is of another version, and is the one of the tests.
 * @param deed what it does first, in sh
 */
export function newerEtcd(
  directory: string,
  program: ServerProgram,
  version: string,
  deed = "",
): ServerProgram {
  const path = join(directory, `etcd-${version}`);
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = --version ]; then echo "etcd Version: ${version}"; exit; fi
${deed}
exec "${program.path}" "$@"
`,
  );
  chmodSync(path, 0o755);
  return { path, version };
}
