/** Who may do what in a cluster: users are the common names of certificates, without passwords. */
import { Auth, type Grant } from "../client/auth.ts";
import type { EtcdClient } from "../client/client.ts";
import { requireNodeName, rootUser } from "../pki/names.ts";
import type { Role } from "../pki/role.ts";

export type { Grant } from "../client/auth.ts";

/** What all nodes of role server may do, beside what each of them may. */
const serverRole = "server";

/** What all nodes may do. */
const agentRole = "agent";

/**
 * Makes user `root`, the role `server` with what nodes of that role may do together, and has the servers ask everybody
 * who they are from then on. Where that has been done already, what is missing is added, and what is granted brought
 * up to date.
 * @param client who may do it: anybody before the servers ask, `root` later
 * @throws EtcdError
 */
export async function setUpAccess(client: EtcdClient, serverGrants: readonly Grant[]): Promise<void> {
  const auth = new Auth(client.connection);
  await auth.setRole(serverRole, serverGrants);
  // The role of this name may do everything without any permission.
  await auth.addRole(rootUser);
  await auth.setUser(rootUser, [rootUser]);
  await auth.enable();
}

/**
 * Makes the user of a node with these permissions: those that are shared in the role `agent`, all others, and no more,
 * in a role of its own, `agent-NAME`; and the role `server` if it is a server.
 * @param client of `root`
 * @throws EtcdError, or PkiError for a name that no node can have
 */
export async function grantNode(
  client: EtcdClient,
  name: string,
  role: Role,
  grants: readonly Grant[],
): Promise<void> {
  requireNodeName(name);
  const auth = new Auth(client.connection);
  const own = roleOf(name);
  const shared = grants.filter((each) => each.shared === true);
  // None is taken away from all: nodes of a newer version may have been granted more.
  await auth.addToRole(agentRole, shared);
  await auth.setRole(
    own,
    grants.filter((each) => each.shared !== true),
  );
  await auth.setUser(name, [agentRole, own, ...(role === "server" ? [serverRole] : [])]);
}

/** Takes everything away from a node that it may do. @param client of `root` @throws EtcdError */
export async function revokeNode(client: EtcdClient, name: string): Promise<void> {
  requireNodeName(name);
  const auth = new Auth(client.connection);
  await auth.removeUser(name);
  await auth.removeRole(roleOf(name));
}

function roleOf(name: string): string {
  return `agent-${name}`;
}
