import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { readArguments } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { checkHostname } from "../hostname.ts";
import { addressOptions, idealOption, nodeLists, nodeVariables, readNodeOptions } from "../node-options.ts";
import { prefixOptions, prefixVariables, refuseWords } from "../prefix-option.ts";
import { print } from "../print.ts";
import { bringUp } from "./bring-up.ts";
import { nodeWords } from "./node-words.ts";

const name = "mgmt cluster init";

const options = {
  ...prefixOptions,
  hostname: {
    type: "string",
    valueHint: "NAME",
    description: "Name of this node; the machine's host name if unset",
  },
  ...addressOptions,
  ...idealOption,
} as const satisfies ArgsDef;

export const init = defineCommand({
  summary: "Makes a cluster of which this node is the first: its certificates, and its store.",
  usage: "mgmt cluster init [--address HOST] [OPTIONS]",
  options,
  examples: `Without an address, nobody but this machine reaches the cluster. \`mgmt run\` starts the node from then on; it does what
this command does, too, if it has not been done.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: nodeLists,
      variables: { ...nodeVariables, ...prefixVariables },
      environment: { ...process.env, MGMT_SEEDS: undefined, MGMT_TOKEN: undefined },
    });
    refuseWords(name, given);
    const host = given.text("hostname") || hostname();
    checkHostname(name, host);
    const { state, prefix } = await bringUp(given, host, readNodeOptions(name, given), (known) => {
      if (known.mode !== undefined)
        throw new Error(
          `the node in this working directory belongs to a cluster already; \`mgmt cluster reset\` has it forget that`,
        );
    });
    await print(`The cluster ${state.token} is made; this is its first node, ${host}.
Start the node:                mgmt run${nodeWords(prefix, host)}
Let others in, while it runs:  mgmt cluster token${nodeWords(prefix)}`);
    return 0;
  },
});
