import { setUpAccess } from "../access/access.ts";
import type { EtcdClient } from "../client/client.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { registerNode } from "../join/registry.ts";
import { MembershipKeys } from "../membership/keys.ts";
import { encodeJson } from "../membership/records.ts";
import { standardIdeal, writeIdeal } from "../membership/size.ts";
import type { NodeOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/**
 * Makes a new store that of a cluster: who may do what, who is in it, and, last of all, what it is. Where that has been
 * done, nothing is; where it was interrupted, it is completed.
 * @param root a client that may do everything
 * @throws EtcdError
 */
export async function setUpCluster(
  root: EtcdClient,
  { name, rootKey, grants, serverGrants, ideal = standardIdeal }: NodeOptions,
  { trust, cluster, addresses }: Pick<Prepared, "trust" | "cluster" | "addresses">,
): Promise<void> {
  const keys = new ClusterKeys(rootKey);
  if (cluster === undefined || (await root.get(keys.info)) !== undefined) return;
  const now = Date.now();
  if (trust?.host !== undefined) {
    await setUpAccess(root, serverGrants);
    await registerNode(root, {
      rootKey,
      name,
      role: "server",
      certificate: trust.host.certificate,
      grants: grants(name, "server"),
      now,
    });
  }
  await root.set(keys.endpoints, encodeJson(addresses?.clients.advertise ?? []));
  // Somebody may have said so meanwhile.
  if ((await root.get(new MembershipKeys(rootKey).ideal)) === undefined)
    await writeIdeal(root, rootKey, ideal);
  await root.set(keys.info, encodeJson({ v: 1, uuid: cluster, createdAt: new Date(now).toISOString() }));
}
