import type { AddressWishes } from "../../../etcd/node/addresses.ts";
import type { Role } from "../../../etcd/pki/role.ts";
import type { SshAccess } from "../../os/ssh/connection.ts";

/** How a node comes to its cluster; see `NodeOptions` of `etcd/node/options.ts`, which says the same of its fields. */
export interface NodeChoice {
  readonly seeds: readonly string[];
  readonly token: string | undefined;
  readonly role: Role | undefined;
  readonly replace: boolean;
  readonly noServer: boolean;
  readonly zone: string;
  readonly ideal: number | undefined;
  readonly addresses: AddressWishes;
  /** The servers are reached through this host, which sees them at the seeds. */
  readonly ssh: SshAccess | undefined;
}
