import type { ArgsDef } from "citty";
import { recoverNode } from "../../../etcd/node/recover-node.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { createLog } from "../../agent/log.ts";
import { lockPrefix } from "../../agent/prefix.ts";
import { nodeDirectories } from "../../agent/store/node-directories.ts";
import { nodeOptions } from "../../agent/store/open-node.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables, readPrefix, refuseWords } from "../prefix-option.ts";
import { print } from "../print.ts";
import { nodeWords } from "./node-words.ts";

const name = "mgmt cluster recover";

const options = {
  ...prefixOptions,
  "from-data": { type: "boolean", description: "Of what the server of this node has" },
  yes: { type: "boolean", description: "Do it" },
} as const satisfies ArgsDef;

export const recover = defineCommand({
  summary: "Makes a cluster of one server of what this node has, when most of the servers are lost for good.",
  usage: "mgmt cluster recover --from-data --yes",
  options,
  examples: `Stop the agent first, and choose the server that has the newest data. The other servers must not come back with what they
have: on each of them, \`mgmt cluster reset --yes\`, then join again with --replace. From a snapshot, recover with
\`mgmt snapshot restore\`.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: prefixVariables,
      environment: process.env,
    });
    refuseWords(name, given);
    if (!given.flag("from-data"))
      throw new UsageError(
        `${name}: say what of: --from-data; from a snapshot, use \`mgmt snapshot restore\``,
      );
    if (!given.flag("yes"))
      throw new UsageError(
        `${name}: the other servers of the cluster must never run again with what they have; add --yes if they will not`,
      );
    const prefix = `${readPrefix(given)}/`;
    const unlock = lockPrefix(prefix);
    try {
      const { name: hostname, insecure = false } = readState(
        layoutOf(nodeDirectories(prefix).directory).state,
      );
      if (hostname === undefined) throw new Error(`the node in ${prefix} belongs to no cluster`);
      const log = await createLog({ format: "text", level: "warn" });
      const choice = {
        ...{
          seeds: [],
          token: undefined,
          role: undefined,
          replace: false,
          noServer: false,
          zone: "",
          ideal: undefined,
        },
        addresses: { insecure },
        ssh: undefined,
      };
      const { memberId } = await recoverNode(
        nodeOptions(choice, { hostname, prefix, log, environment: process.env }),
      );
      await print(`${hostname} is the only server of the cluster now, member ${memberId}.
Start the node:              mgmt run${nodeWords(given.text("prefix"), hostname)}
On every other server:       mgmt cluster reset --yes
and have it join again:      mgmt run --token TOKEN --replace`);
      return 0;
    } finally {
      unlock();
    }
  },
});
