import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";

const options = {
  stdio: {
    type: "boolean",
    description: "Use standard input and output, as is done anyway; some editors add it",
  },
} as const;

export const lsp = defineCommand({
  summary:
    "Language server for mcl: an editor starts it and talks to it on standard input and output (Language Server Protocol).",
  usage: "mgmt lsp [--stdio]",
  options,
  async run(args) {
    const { words } = readArguments("mgmt lsp", args, options);
    const [surplus] = words;
    if (surplus !== undefined)
      throw new UsageError(`mgmt lsp: it takes no INPUT: \`${surplus}\` is too much`);
    const { serve } = await import("../lsp/server.ts");
    serve(process.stdin, process.stdout);
    // The server ends the process when its client is done or gone.
    return new Promise<never>(() => {});
  },
});
