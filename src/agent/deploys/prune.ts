import type { Deploy, DeployStore, FileTreeStore, Pruned } from "../../world/deploy-store.ts";
import type { HostStatus, HostStatusStore } from "../../world/host-status-store.ts";

/**
 * Removes old deploys, and the files that no other has. Whoever deploys meanwhile loses nothing.
 * @param keep how many of the newest stay; others do, too, that a host runs, or would take
 * @param held whether files stay that somebody has put there within the last hour, for a deploy that is yet to come
 * @throws what the store throws
 */
export async function pruneDeploys(
  world: { readonly deploys: DeployStore; readonly files: FileTreeStore; readonly statuses: HostStatusStore },
  keep: number,
  held: "keep" | "remove",
): Promise<Pruned & { readonly deploys: number }> {
  const { deploys, files, statuses } = world;
  // Nobody can tell what one that cannot be understood is good for.
  const all = await deploys.list("throw");
  const surplus = surplusOf(all, keep, await statuses.list());
  await deploys.remove(surplus);
  const used = async (): Promise<readonly string[]> =>
    (await deploys.list("throw")).flatMap(({ files: uri }) => uri ?? []);
  return { deploys: surplus.length, ...(await files.prune(used, held)) };
}

/** The numbers of those that nobody needs. @param all by their number */
function surplusOf(
  all: readonly Deploy[],
  keep: number,
  hosts: ReadonlyMap<string, HostStatus>,
): readonly number[] {
  const needed = new Set(all.slice(-keep).map(({ id }) => id));
  for (const { deploy } of hosts.values()) {
    for (const id of [deploy?.id, deploy?.inForce]) if (id !== undefined) needed.add(id);
  }
  const served = new Set<string | undefined>();
  for (const { id, hosts: named = [undefined] } of all.toReversed()) {
    // A host takes the newest that is for it, or for all, whichever that is.
    if (!named.every((host) => served.has(host) || (host !== undefined && served.has(undefined))))
      needed.add(id);
    for (const host of named) served.add(host);
  }
  return all.map(({ id }) => id).filter((id) => !needed.has(id));
}
