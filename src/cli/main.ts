/**
 * The command line: finds the command and runs it. Each command's file is loaded only when it is asked for, so that
 * `mgmt --version` costs nothing.
 */
import { nearest } from "../../lang/suggest.ts";
import { UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";
import { version } from "./version.ts";

/** What the user can say first; without `load`, what a later version brings. */
const commands: Readonly<
  Record<string, { readonly summary: string; readonly load?: () => Promise<Command> }>
> = {
  run: {
    summary: "Run the agent; the word may be left out",
    load: async () => (await import("./run.ts")).run,
  },
  check: {
    summary: "Check programs: parse, resolve, type",
    load: async () => (await import("./check.ts")).check,
  },
  graph: {
    summary: "Print the first resource graph, touch nothing",
    load: async () => (await import("./graph.ts")).graph,
  },
  docs: {
    summary: "Reference of kinds and functions, offline",
    load: async () => (await import("./docs.ts")).docs,
  },
  fmt: {
    summary: "Format programs",
    load: async () => (await import("./fmt.ts")).fmt,
  },
  deploy: {
    summary: "Publish a program to the cluster, and see what becomes of it",
    load: async () => (await import("./deploy.ts")).deploy,
  },
  status: {
    summary: "What the agent on this host is doing",
    load: async () => (await import("./status.ts")).status,
  },
  cluster: {
    summary: "Start, join, grow, shrink and look at a cluster",
    load: async () => (await import("./cluster/cluster.ts")).cluster,
  },
  pki: {
    summary: "Certificates of the cluster",
    load: async () => (await import("./pki/pki.ts")).pki,
  },
  snapshot: {
    summary: "Save and restore the store",
    load: async () => (await import("./snapshot/snapshot.ts")).snapshot,
  },
  etcd: {
    summary: "Run the embedded store's server by itself",
    load: async () => (await import("./etcd.ts")).etcd,
  },
  etcdctl: {
    summary: "Talk to the store",
    load: async () => (await import("./etcd.ts")).etcdctl,
  },
  setup: { summary: "Install mgmt on this machine" },
  firstboot: { summary: "Run scripts once, at the first boot" },
  tools: { summary: "Small helpers for machines" },
  lsp: {
    summary: "Language server on standard input and output",
    load: async () => (await import("./lsp.ts")).lsp,
  },
  completions: { summary: "Completions for bash, zsh and fish" },
};

/**
 * @param args without the program's own name
 * @returns the exit status: 0 success, 1 any error, 2 usage, other values as an `exit` resource asked
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    console.error(`mgmt: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env.MGMT_DEBUG === "1" && error instanceof Error) console.error(error.stack);
    return 1;
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (
    first === undefined ||
    first === "-h" ||
    first === "--help" ||
    (first === "help" && rest.length === 0)
  ) {
    await print(overview());
    return 0;
  }
  if (first === "help") return dispatch([...rest, "--help"]);
  if (first === "--version") {
    await print(version);
    return 0;
  }
  if (first === "--license") {
    await print((await import("./license.ts")).license);
    return 0;
  }
  if (Object.hasOwn(commands, first)) return runCommand(first, rest);
  if (first.startsWith("-") || looksLikeInput(first)) return runCommand("run", args);
  const meant = nearest(first, Object.keys(commands));
  throw new UsageError(
    `mgmt: there is no command or file \`${first}\`; ${meant === undefined ? "see mgmt --help" : `did you mean mgmt ${meant}?`}`,
  );
}

/** Whether `mgmt WORD` means `mgmt run WORD`: a front end, or something that names a program. */
function looksLikeInput(word: string): boolean {
  return ["lang", "yaml", "empty", "-"].includes(word) || /[/.]/.test(word);
}

async function runCommand(name: string, args: readonly string[]): Promise<number> {
  const load = commands[name]?.load;
  if (load === undefined) {
    const built = Object.keys(commands).filter((each) => commands[each]?.load !== undefined);
    throw new Error(`the command ${name} is not built yet; this version has ${built.join(", ")}`);
  }
  const command = await load();
  if (command.handsOver === true) return command.run(args);
  if (args.includes("--help") || args.includes("-h") || (args.length === 0 && command.isIdle?.() === true)) {
    await print(command.help());
    return 0;
  }
  if (args.includes("--version")) {
    await print(version);
    return 0;
  }
  return command.run(args);
}

function overview(): string {
  const names = Object.keys(commands);
  const built = names.filter((name) => commands[name]?.load !== undefined);
  const width = Math.max(...built.map((name) => name.length));
  const list = built.map((name) => `  ${name.padEnd(width)}  ${commands[name]?.summary}`);
  return `mgmt ${version}: keeps a machine, or a cluster of machines, in a declared state.

Usage: mgmt [run] [OPTIONS] [lang|yaml|empty] [INPUT]
       mgmt COMMAND [OPTIONS] [ARGUMENTS]

Everyday:
  mgmt --standalone site.mcl          keep this machine as site.mcl says
  mgmt --standalone --once site.mcl   make it so, and exit
  mgmt cluster init                   make a cluster; mgmt cluster --help tells how others join
  mgmt check site.mcl                 is the program sound?

Commands:
${list.join("\n")}

Not built yet: ${names.filter((name) => !built.includes(name)).join(", ")}

mgmt COMMAND --help tells about one command. --version and --license print what they say.`;
}
