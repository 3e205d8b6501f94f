import type { ArgsDef } from "citty";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { ClusterKeys } from "../../../etcd/cluster-keys.ts";
import { createToken, listTokens, revokeToken } from "../../../etcd/join/tokens.ts";
import { decodeUrls } from "../../../etcd/membership/records.ts";
import { isLoopback } from "../../../etcd/node/addresses.ts";
import { roles } from "../../../etcd/pki/role.ts";
import { type Admin, requireRoot } from "../../agent/store/admin.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";
import { type Arguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { readDuration } from "../duration.ts";
import { print } from "../print.ts";

const name = "mgmt cluster token";

/** How long somebody is waited for who lets nodes in, in ms. */
const patience = 10_000;

const options = {
  ...adminOptions,
  role: {
    type: "string",
    valueHint: roles.join("|"),
    default: "server",
    description: "What may join by it: servers get the keys of the cluster, agents no more than they need",
  },
  ttl: {
    type: "string",
    valueHint: "TIME",
    default: "1h",
    description: "How long it can be used: 90s, 30m, 12h, 7d",
  },
  host: { type: "string", valueHint: "NAME", description: "The only node that may join by it" },
} as const satisfies ArgsDef;

export const token = defineCommand({
  summary: "Prints a token by which other nodes join this cluster, as often as they like until it expires.",
  usage: "mgmt cluster token [OPTIONS] [list | revoke TOKEN|ID]",
  options,
  examples: `Whoever has the token can join: hand it over as you would a password.
  mgmt cluster token --role agent --host web1 --ttl 10m
  mgmt cluster token list
  mgmt cluster token revoke 5f2c`,
  async run(args) {
    const given = readAdminArguments(name, args, options, 2);
    const [word, id, ...surplus] = given.words;
    if (surplus.length > 0 || (word !== "revoke" && id !== undefined))
      throw new UsageError(`${name}: \`${[id, ...surplus].join(" ")}\` is too much`);
    const ttl = readDuration(name, "ttl", given.text("ttl") ?? "1h", 5);
    const role = given.choice("role", roles);
    await using admin = await readAdmin(name, given);
    requireRoot(admin, "deal with tokens");
    switch (word) {
      case undefined:
        return await create(admin, given, role, ttl);
      case "list":
        return await list(admin);
      case "revoke":
        if (id === undefined)
          throw new UsageError(`${name} revoke takes a token, or the beginning of its id`);
        if (await revokeToken(admin.client, admin.rootKey, id)) return 0;
        throw new Error(
          `there is no token ${id}, or it has expired; \`mgmt cluster token list\` shows those there are`,
        );
      default:
        throw new UsageError(`${name}: \`${word}\` is neither list nor revoke`);
    }
  },
});

async function create(
  admin: Admin,
  given: Arguments,
  role: (typeof roles)[number],
  ttl: number,
): Promise<number> {
  const { client, rootKey, trust } = admin;
  if (trust === undefined)
    throw new Error(
      "this cluster does without certificates: nodes join with --seeds and --insecure, and need no token",
    );
  const urls = await joinUrls(client, rootKey);
  if (urls.length === 0)
    throw new Error(
      "no node of the cluster lets others in at the moment; start one of its servers with `mgmt run`",
    );
  if (urls.every(isLoopback))
    console.error(
      "mgmt: it lets in nodes on this machine alone; `mgmt run --address HOST` has others reach this one",
    );
  const host = given.text("host");
  await print(
    await createToken(client, { rootKey, role, ttl, host, urls, rootCertificate: trust.authority.root }),
  );
  return 0;
}

/** Waits for a while if there are none: the first node may just have been started. */
async function joinUrls(client: EtcdClient, rootKey: string): Promise<readonly string[]> {
  const end = performance.now() + patience;
  for (;;) {
    const { entries } = await client.list({ prefix: new ClusterKeys(rootKey).joinUrls });
    const urls = entries.flatMap(({ value }) => decodeUrls(value) ?? []);
    if (urls.length > 0 || performance.now() > end) return urls;
    await Bun.sleep(200);
  }
}

async function list({ client, rootKey }: Admin): Promise<number> {
  const tokens = await listTokens(client, rootKey);
  for (const { id, role, host, createdAt } of tokens)
    await print(`${id.slice(0, 12)}  ${role.padEnd(6)}  ${host ?? "any node"}  made ${createdAt}`);
  if (tokens.length === 0) console.error("there are no tokens");
  return 0;
}
