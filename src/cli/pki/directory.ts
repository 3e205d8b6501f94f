import { join } from "node:path";
import type { HostFiles } from "../../../etcd/host-files.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { tryLock } from "../../os/lock.ts";
import type { Arguments } from "../arguments.ts";
import { readPrefix } from "../prefix-option.ts";

export const files: HostFiles = { tryLock, replaceFile };

/** Where the node has its certificates, and what it remembers of its cluster. Absolute. */
export function readDirectories(given: Arguments): { readonly pki: string; readonly etcd: string } {
  const prefix = readPrefix(given);
  return { pki: join(prefix, "pki"), etcd: join(prefix, "etcd") };
}
