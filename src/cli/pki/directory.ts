/** Options of the commands about the certificates of one node. */
import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import type { HostFiles } from "../../../etcd/host-files.ts";
import { standardPrefix } from "../../agent/prefix.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { tryLock } from "../../os/lock.ts";
import type { Arguments } from "../arguments.ts";

export const files: HostFiles = { tryLock, replaceFile };

export const prefixOptions = {
  prefix: {
    type: "string",
    valueHint: "DIR",
    description: "Working directory of the node (MGMT_PREFIX); /var/lib/mgmt for root",
  },
} as const satisfies ArgsDef;

export const prefixVariables = { prefix: "MGMT_PREFIX" } as const;

/** Where the node has its certificates, and what it remembers of its cluster. Absolute. */
export function readDirectories(given: Arguments): { readonly pki: string; readonly etcd: string } {
  const prefix = resolve(given.text("prefix") ?? standardPrefix(process.env));
  return { pki: join(prefix, "pki"), etcd: join(prefix, "etcd") };
}
