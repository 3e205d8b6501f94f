import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { checkHostname } from "../hostname.ts";
import {
  addressOptions,
  joinOptions,
  nodeLists,
  nodeVariables,
  readNodeOptions,
  readToken,
} from "../node-options.ts";
import { prefixOptions, prefixVariables } from "../prefix-option.ts";
import { print } from "../print.ts";
import { bringUp } from "./bring-up.ts";
import { nodeWords } from "./node-words.ts";

const name = "mgmt cluster join";

const options = {
  ...prefixOptions,
  hostname: {
    type: "string",
    valueHint: "NAME",
    description: "Name of this node; the machine's host name if unset",
  },
  ...joinOptions,
  ...addressOptions,
} as const satisfies ArgsDef;

export const join = defineCommand({
  summary: "Has this node let into a cluster: it gets its certificate, and learns where the cluster is.",
  usage: "mgmt cluster join [TOKEN] [OPTIONS]",
  options,
  examples: `The token comes from \`mgmt cluster token\` on a server of the cluster, best by MGMT_TOKEN, which others on this machine do
not see. \`mgmt run\` starts the node from then on; \`mgmt run --token TOKEN\` does both.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: nodeLists,
      variables: { ...nodeVariables, ...prefixVariables },
      environment: process.env,
    });
    const [word, ...surplus] = given.words;
    if (surplus.length > 0)
      throw new UsageError(`${name}: one token at a time: \`${surplus.join(" ")}\` is too much`);
    const choice = readNodeOptions(name, given);
    const token = readToken(name, word) ?? choice.token;
    if (token === undefined)
      throw new UsageError(
        `${name}: no token given: \`mgmt cluster token\` prints one on a server of the cluster`,
      );
    const host = given.text("hostname") || hostname();
    checkHostname(name, host);
    const { state, prefix } = await bringUp(given, host, { ...choice, token }, (known) => {
      if (known.mode !== undefined && !choice.replace)
        throw new Error(
          "the node in this working directory belongs to a cluster already; start it with `mgmt run`, " +
            "or have it forget that with `mgmt cluster reset`",
        );
    });
    await print(`This node, ${host}, belongs to the cluster ${state.token} now.
Start it:  mgmt run${nodeWords(prefix, host)}`);
    return 0;
  },
});
