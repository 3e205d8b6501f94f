import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { revokeCertificates } from "../../../etcd/join/registry.ts";
import { tracesOf } from "../../../etcd/membership/removing.ts";
import { requireRoot } from "../../agent/store/admin.ts";
import { adminLists, adminOptions, adminVariables, readAdmin } from "../admin-options.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

const name = "mgmt pki revoke";

const options = { ...adminOptions } as const satisfies ArgsDef;

export const revoke = defineCommand({
  summary:
    "Has the cluster trust the certificates of a node no longer, as when somebody else may have its key. It can join again.",
  usage: `${name} HOST [OPTIONS]`,
  options,
  examples: `Its connections end, and it gets no new ones, until it joins with a token and --replace. A server of the store has to leave
first, with \`mgmt cluster leave\`. A node that does not come back is removed, with \`mgmt cluster remove\`.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: adminLists,
      variables: adminVariables,
      environment: process.env,
    });
    const [host, ...surplus] = given.words;
    if (surplus.length > 0)
      throw new UsageError(`${name}: one node at a time: \`${surplus.join(" ")}\` is too much`);
    if (host === undefined) throw new UsageError(`${name}: name the node whose certificates are meant`);
    await using admin = await readAdmin(name, given);
    requireRoot(admin, "revoke certificates");
    const { client, rootKey, state, trust } = admin;
    if (trust === undefined) throw new Error("this cluster does without certificates");
    if (host === (state.name ?? hostname()))
      throw new Error(`${host} is this node; have another server of the cluster revoke its certificates`);
    const { hasJoined, isMember } = await tracesOf({
      client,
      keyPrefix: rootKey,
      host,
      hasCertificates: true,
    });
    if (isMember)
      throw new Error(
        `${host} is a server of the store, which the others could not reach any more; have it leave first, with \`mgmt cluster leave ${host}\``,
      );
    if (!hasJoined) throw new Error(`the cluster knows no ${host}`);
    const { length } = await revokeCertificates(client, { rootKey, name: host, now: Date.now() });
    await print(
      `${length === 1 ? "one certificate" : `${length} certificates`} of ${host} revoked; it joins again with a token and --replace`,
    );
    return 0;
  },
});
