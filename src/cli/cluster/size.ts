import type { ArgsDef } from "citty";
import { readIdeal, writeIdeal } from "../../../etcd/membership/size.ts";
import { requireRoot } from "../../agent/store/admin.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";
import { UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

const name = "mgmt cluster size";

const options = { ...adminOptions } as const satisfies ArgsDef;

export const size = defineCommand({
  summary:
    "Says how many servers the store is to have, or changes that. The cluster grows and shrinks by itself.",
  usage: "mgmt cluster size [N]",
  options,
  async run(args) {
    const given = readAdminArguments(name, args, options, 1);
    const [word] = given.words;
    if (word !== undefined && !/^\d+$/.test(word))
      throw new UsageError(`${name} takes a number, not \`${word}\``);
    await using admin = await readAdmin(name, given);
    const { client, rootKey } = admin;
    if (word === undefined) {
      await print(String(await readIdeal(client, rootKey)));
      return 0;
    }
    requireRoot(admin, "change the size of the cluster");
    try {
      const warning = await writeIdeal(client, rootKey, Number(word));
      if (warning !== undefined) console.error(`mgmt: ${warning}`);
      return 0;
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(`${name}: ${error.message}`, { cause: error });
      throw error;
    }
  },
});
