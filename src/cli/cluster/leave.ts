import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { cancelLeave, leave as leaveCluster } from "../../../etcd/membership/leaving.ts";
import { overview } from "../../../etcd/membership/overview.ts";
import { requireRoot } from "../../agent/store/admin.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";

import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

const name = "mgmt cluster leave";

const options = {
  ...adminOptions,
  force: {
    type: "boolean",
    description: "Leave even without a replacement, or if most of the other servers are not healthy",
  },
  cancel: { type: "boolean", description: "Take it back: the node may be a server again" },
} as const satisfies ArgsDef;

export const leave = defineCommand({
  summary: "Has a node stop being a server of the store. It goes on as an agent.",
  usage: "mgmt cluster leave [NODE]",
  options,
  examples: "NODE is this node if it is not given. The data of its server are moved aside, and kept.",
  async run(args) {
    const given = readAdminArguments(name, args, options, 1);
    const [word] = given.words;
    await using admin = await readAdmin(name, given);
    requireRoot(admin, "have servers leave");
    const { client, rootKey, state } = admin;
    const host = word ?? state.name ?? hostname();
    const asked = { client, keyPrefix: rootKey, host };
    if (given.flag("cancel")) {
      if (await cancelLeave(asked)) return 0;
      throw new Error(`${host} was not asked to leave`);
    }
    const { members, volunteers } = await overview({ client, keyPrefix: rootKey });
    if (!volunteers.has(host) && members.every((member) => member.name !== host))
      throw new Error(
        `${host} is no server of the store, and does not offer itself as one; \`mgmt cluster members\` shows those that do`,
      );
    const ending = new AbortController();
    process.once("SIGINT", () => ending.abort()).once("SIGTERM", () => ending.abort());
    for await (const event of leaveCluster({ ...asked, force: given.flag("force") }, ending.signal)) {
      if (event.type === "waiting") console.error(`waiting: ${event.reason}`);
      if (event.type === "refused") throw new Error(`${host} stays: ${event.reason}`);
      if (event.type === "cancelled") throw new Error(`${host} stays: somebody has taken the request back`);
      if (event.type === "left") {
        await print(
          `${host} is no server any more; \`mgmt cluster leave ${host} --cancel\` lets it become one again`,
        );
        return 0;
      }
    }
    console.error(`the request stays; \`${name} ${host} --cancel\` takes it back`);
    return 1;
  },
});
