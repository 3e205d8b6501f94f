import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { type RemoveEvent, removeHost, tracesOf } from "../../../etcd/membership/removing.ts";
import { type Admin, requireRoot } from "../../agent/store/admin.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { adminLists, adminOptions, adminVariables, readAdmin } from "../admin-options.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

const name = "mgmt cluster remove";

const options = {
  ...adminOptions,
  force: {
    type: "boolean",
    description:
      "Even if it runs, or if its server is not replaced, or if most of the other servers are not healthy",
  },
  "keep-data": {
    type: "boolean",
    description: "Keep what it exports, its strings and registrations, and its last status",
  },
  yes: { type: "boolean", description: "Do it" },
} as const satisfies ArgsDef;

export const remove = defineCommand({
  summary:
    "Has the cluster forget a node that does not come back: its server, its rights, what it shares. Its certificates are revoked.",
  usage: "mgmt cluster remove NODE --yes [OPTIONS]",
  options,
  examples: `Stop its agent first, if it still runs; a node that is to go on as an agent leaves, with \`mgmt cluster leave\`.
If somebody else may have got hold of a server of the cluster, removing it is not enough: servers have the keys that certificates
are signed with. Then make the cluster anew, with \`mgmt cluster init\` elsewhere.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: adminLists,
      variables: adminVariables,
      environment: process.env,
    });
    const [host, ...surplus] = given.words;
    if (surplus.length > 0)
      throw new UsageError(`${name}: one node at a time: \`${surplus.join(" ")}\` is too much`);
    if (host === undefined) throw new UsageError(`${name}: name the node that is to be forgotten`);
    const isForced = given.flag("force");
    await using admin = await readAdmin(name, given);
    requireRoot(admin, "remove nodes");
    await requireRemovable(admin, host, isForced);
    if (!given.flag("yes"))
      throw new UsageError(
        `${name}: this takes from ${host} whatever it may do in the cluster${given.flag("keep-data") ? "" : ", and all that it shares"}; add --yes to do it`,
      );
    const { client, rootKey } = admin;
    const ending = new AbortController();
    process.once("SIGINT", () => ending.abort()).once("SIGTERM", () => ending.abort());
    const events = removeHost(
      {
        client,
        keyPrefix: rootKey,
        host,
        force: isForced,
        hasCertificates: admin.trust !== undefined,
        data: given.flag("keep-data") ? [] : new EtcdKeys(rootKey).allOf(host),
        now: Date.now(),
      },
      ending.signal,
    );
    for await (const event of events) {
      const done = tell(event, host);
      if (done === undefined) continue;
      await print(done);
      return 0;
    }
    console.error(`${host} has not been removed; its server may be leaving: \`${name} ${host}\` goes on`);
    return 1;
  },
});

/** @throws UsageError or Error */
async function requireRemovable(
  { client, rootKey, state, trust }: Admin,
  host: string,
  isForced: boolean,
): Promise<void> {
  if (host === (state.name ?? hostname()))
    throw new Error(
      `${host} is this node: have another server of the cluster remove it, or have it forget the cluster with \`mgmt cluster reset\``,
    );
  const asked = { client, keyPrefix: rootKey, host, hasCertificates: trust !== undefined };
  const keys = new EtcdKeys(rootKey);
  const { hasJoined, isMember, isVolunteer } = await tracesOf(asked);
  const status = await client.get(keys.status(host));
  if (!hasJoined && !isMember && !isVolunteer) {
    if (trust === undefined && (status !== undefined || (await hasData(client, keys, host)))) return;
    throw new Error(`the cluster knows no ${host}; \`mgmt cluster status\` shows its nodes`);
  }
  // Both go with the agent.
  if (isForced || (status === undefined && !isVolunteer)) return;
  throw new Error(
    `${host} runs, or did so some seconds ago; stop its agent first, or add --force if it is to be put out`,
  );
}

async function hasData(client: Admin["client"], keys: EtcdKeys, host: string): Promise<boolean> {
  for (const range of keys.allOf(host)) if ((await client.keys(range)).length > 0) return true;
  return false;
}

/** @returns what to tell once it is done */
function tell(event: RemoveEvent, host: string): string | undefined {
  if (event.type === "removed") {
    const count = event.revocations.length;
    return `${host} is forgotten; ${count === 1 ? "its certificate is" : `${count} certificates of it are`} revoked`;
  }
  const { event: leaving } = event;
  if (leaving.type === "waiting") console.error(`waiting: ${leaving.reason}`);
  if (leaving.type === "refused") throw new Error(`${host} stays: ${leaving.reason}`);
  if (leaving.type === "cancelled") throw new Error(`${host} stays: somebody has taken the request back`);
  return undefined;
}
