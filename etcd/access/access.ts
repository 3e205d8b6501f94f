/** Who may do what in a cluster: users are the common names of certificates, without passwords. */
import type { EtcdClient } from "../client/client.ts";
import type { KeyRange } from "../client/key-range.ts";
import type { Role } from "../pki/role.ts";

/** Something that is allowed. */
export interface Grant {
  readonly range: KeyRange;
  readonly access: "read" | "write" | "read-write";
}

/**
 * Makes user `root`, the role `server` with what nodes of that role may do together, and has the servers ask everybody
 * who they are from then on. Where that has been done already, what is missing is added, and what is granted brought
 * up to date.
 * @param client who may do it: anybody before the servers ask, `root` later
 * @throws EtcdError
 */
export async function setUpAccess(_client: EtcdClient, _serverGrants: readonly Grant[]): Promise<void> {
  throw new Error("not built yet");
}

/**
 * Makes the user of a node with exactly these permissions, in a role of its own, `agent-NAME`, and the role `server`
 * if it is a server.
 * @param client of `root`
 * @throws EtcdError
 */
export async function grantNode(
  _client: EtcdClient,
  _name: string,
  _role: Role,
  _grants: readonly Grant[],
): Promise<void> {
  throw new Error("not built yet");
}

/** Takes everything away from a node that it may do. @param client of `root` @throws EtcdError */
export async function revokeNode(_client: EtcdClient, _name: string): Promise<void> {
  throw new Error("not built yet");
}
