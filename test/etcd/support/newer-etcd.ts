import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerProgram } from "../../../etcd/server/etcd-server.ts";

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
