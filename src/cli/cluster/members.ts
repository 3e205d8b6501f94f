import type { ArgsDef } from "citty";
import { overview } from "../../../etcd/membership/overview.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";

import { defineCommand } from "../command.ts";
import { print } from "../print.ts";
import { membersTable } from "./members-table.ts";
import { plain } from "./plain.ts";

const name = "mgmt cluster members";

const options = {
  ...adminOptions,
  json: { type: "boolean", description: "Print JSON" },
} as const satisfies ArgsDef;

export const members = defineCommand({
  summary: "Shows the servers of the store, and the nodes that could become one.",
  usage: "mgmt cluster members [--json]",
  options,
  async run(args) {
    const given = readAdminArguments(name, args, options);
    await using admin = await readAdmin(name, given);
    const found = await overview({ client: admin.client, keyPrefix: admin.rootKey });
    await print(
      given.flag("json") ? JSON.stringify(plain(found), undefined, 2) : membersTable(found).join("\n"),
    );
    return 0;
  },
});
