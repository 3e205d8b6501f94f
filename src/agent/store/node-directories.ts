import { join } from "node:path";

/** Where a node keeps what belongs to its store. @param prefix the agent's working directory */
export function nodeDirectories(prefix: string): {
  readonly directory: string;
  readonly pkiDirectory: string;
} {
  return { directory: join(prefix, "etcd"), pkiDirectory: join(prefix, "pki") };
}
