import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { DiagnosticError } from "../../lang/diagnostic.ts";
import type { ProgramInput } from "../agent/input.ts";
import { createLog, logFormats, logLevels } from "../agent/log.ts";
import { type ListenAddress, readListenAddress } from "../agent/metrics/listen-address.ts";
import type { ProgramChoice } from "../agent/options.ts";
import { standardPrefix } from "../agent/prefix.ts";
import type { NodeChoice } from "../agent/store/node-choice.ts";
import { type Arguments, readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { checkHostname } from "./hostname.ts";
import { moduleOptions, moduleVariables, readModuleOptions } from "./module-options.ts";
import { nodeLists, nodeOptions, nodeVariables, readNodeOptions } from "./node-options.ts";
import { readProgram } from "./read-program.ts";
import { showDiagnostics } from "./show-diagnostics.ts";
import { version } from "./version.ts";

const name = "mgmt run";

const options = {
  standalone: {
    type: "boolean",
    description: "One machine: no store, no open port; what is shared is kept under the prefix",
  },
  network: { type: "boolean", default: true, negativeDescription: "The same as --standalone" },
  publish: {
    type: "boolean",
    description:
      "With --seeds or --token: deploy INPUT to all hosts, then run what is deployed, as `empty` does",
  },
  wait: {
    type: "boolean",
    description: "With `empty`: run only what is deployed from now on",
  },
  "deploy-watch": {
    type: "boolean",
    default: true,
    negativeDescription: "With `empty`: keep to the first deploy that can be run",
  },
  once: {
    type: "boolean",
    description: "Apply until nothing is left to do, then exit: 0 all good, 1 something failed",
  },
  ...nodeOptions,
  noop: { type: "boolean", description: "Change nothing; with --once: show what would change" },
  diff: { type: "boolean", description: "Show what changes: unified diffs of contents, old and new values" },
  report: {
    type: "string",
    valueHint: "FILE",
    description: "Write a JSON report at exit and when converged; - is standard output",
  },
  hostname: {
    type: "string",
    valueHint: "NAME",
    description: "Name of this node; the machine's host name if unset",
  },
  prefix: {
    type: "string",
    valueHint: "DIR",
    description: "Working directory (MGMT_PREFIX); /var/lib/mgmt for root",
  },
  "tmp-prefix": { type: "boolean", description: "Use a fresh temporary working directory" },
  "allow-tmp-prefix": {
    type: "boolean",
    description: "Use a temporary one if the working directory cannot be made",
  },
  "converger-timeout": {
    type: "string",
    valueHint: "SECONDS",
    default: "-1",
    description: "Quiet time that counts as converged (MGMT_CONVERGER_TIMEOUT); -1 is off",
  },
  "converged-exit": { type: "boolean", description: "Exit when converged; needs --converger-timeout" },
  "converger-status-file": {
    type: "string",
    valueHint: "FILE",
    description: "Append true or false at each change of the converged state",
  },
  "max-runtime": {
    type: "string",
    valueHint: "SECONDS",
    default: "0",
    description: "Stop with an error after this time (MGMT_MAX_RUNTIME); 0 is no limit",
  },
  sema: {
    type: "string",
    valueHint: "N",
    default: "-1",
    description: "Let at most N resources work at a time",
  },
  autoedges: {
    type: "boolean",
    default: true,
    description: "With automatic edges",
    negativeDescription: "Without automatic edges",
  },
  autogroup: {
    type: "boolean",
    default: true,
    description: "With automatic groups",
    negativeDescription: "Without automatic groups",
  },
  prometheus: { type: "boolean", description: "Serve metrics to Prometheus, at /metrics" },
  "prometheus-listen": {
    type: "string",
    valueHint: "ADDRESS",
    default: "127.0.0.1:9233",
    description: "Where: HOST:PORT, or :PORT for all addresses; port 0 is any that is free",
  },
  graphviz: {
    type: "string",
    valueHint: "FILE",
    description: "Draw the running graph after every change into FILE@HOSTNAME and FILE@HOSTNAME.png",
  },
  "graphviz-filter": {
    type: "string",
    valueHint: "PROGRAM",
    default: "dot",
    description: "The program of Graphviz that makes the picture",
  },
  ...moduleOptions,
  "only-download": {
    type: "boolean",
    description: "Clone what is missing, as --download does, look up all names, and exit",
  },
  "log-format": {
    type: "string",
    valueHint: logFormats.join("|"),
    default: "text",
    description: "Form of the log on standard error",
  },
  "log-level": {
    type: "string",
    valueHint: logLevels.join("|"),
    default: "info",
    description: "The least serious level that is logged",
  },
} as const satisfies ArgsDef;

/** Options of the cluster, and others that the full tool has: named so that the answer is better than "unknown". */
const notBuilt = {
  pprof: { type: "boolean" },
} as const satisfies ArgsDef;

/** Accepted for the sake of scripts; what they switch off does not exist, or is always off. */
const withoutEffect = {
  watch: { type: "boolean", default: true, alias: ["stream-watch"] },
  pgp: { type: "boolean", default: true },
  "raise-limits": { type: "boolean", default: true },
} as const satisfies ArgsDef;

const variables = {
  prefix: "MGMT_PREFIX",
  "converger-timeout": "MGMT_CONVERGER_TIMEOUT",
  "max-runtime": "MGMT_MAX_RUNTIME",
  standalone: "MGMT_NO_NETWORK",
  ...moduleVariables,
  ...nodeVariables,
} as const;

export const run = defineCommand({
  summary: "Runs the agent: makes this machine what the program says, and keeps it so.",
  usage: "mgmt [run] [OPTIONS] [lang|yaml|empty] [INPUT]",
  options,
  examples: `INPUT is an .mcl file, a directory with a metadata.yaml or main.mcl, a graph in a .yaml file, - for standard input, or,
after the word lang, the program itself.

Examples:
  mgmt --standalone site.mcl
  mgmt run --address 10.0.0.1 site.mcl               make a cluster that runs it, or go on with it
  mgmt --token TOKEN                                 join one, and run what is deployed there
  mgmt --standalone --once --noop --diff site.mcl    what would change?
  mgmt --standalone --once --tmp-prefix lang 'print "hello" { msg => "world", }
'`,
  /** By itself, the word starts the node that this machine is, or is told to be by the environment, and makes none. */
  isIdle: () =>
    Object.values(nodeVariables).every((variable) => !process.env[variable]) &&
    !existsSync(join(process.env.MGMT_PREFIX ?? standardPrefix(process.env), "etcd", "state.json")),
  async run(args) {
    const given = readArguments(
      name,
      args,
      { ...options, ...notBuilt, ...withoutEffect },
      { variables, environment: process.env, lists: nodeLists },
    );
    const store = readStore(given);
    refuse(given, store);
    const log = await createLog({
      format: given.choice("log-format", logFormats),
      level: given.choice("log-level", logLevels),
    });
    const host = given.text("hostname") || hostname();
    checkHostname(name, host);
    const numbers = {
      convergerTimeout: atLeast(given, "converger-timeout", -1),
      maxRuntime: atLeast(given, "max-runtime", 0),
      sema: Math.max(0, atLeast(given, "sema", -1)),
    };
    const onlyDownload = given.flag("only-download");
    const moduleChoice = readModuleOptions(name, given);
    const modules = { ...moduleChoice, download: moduleChoice.download || onlyDownload };
    const convergedExit = given.flag("converged-exit");
    if (convergedExit && numbers.convergerTimeout < 0) {
      throw new UsageError(`${name}: --converged-exit needs a --converger-timeout of 0 or more`);
    }
    const metrics = readMetricsAddress(given);
    const graphviz = readGraphviz(given);
    let directory = "";
    try {
      const words = store !== undefined && given.words.length === 0 ? ["empty"] : given.words;
      const program = await readProgram(name, words, modules);
      if (program.frontend === "lang") directory = program.directory;
      if (onlyDownload) return await downloadOnly(program);
      const programs = readProgramChoice(given, store, program);
      const { runAgent } = await import("../agent/agent.ts");
      return await runAgent({
        ...numbers,
        version,
        program,
        store,
        programs,
        hostname: host,
        prefix: {
          prefix: given.text("prefix"),
          temporary: given.flag("tmp-prefix"),
          allowTemporary: given.flag("allow-tmp-prefix"),
          hostname: host,
          environment: process.env,
        },
        log,
        once: given.flag("once"),
        noop: given.flag("noop"),
        diff: given.flag("diff"),
        report: given.text("report"),
        metrics,
        graphviz,
        autoedges: given.flag("autoedges"),
        autogroup: given.flag("autogroup"),
        convergedExit,
        checkInvariants: process.env.MGMT_DEBUG_INVARIANTS === "1",
        convergerStatusFile: given.text("converger-status-file"),
      });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      showDiagnostics(error.diagnostics, directory);
      return 1;
    }
  },
});

/** @throws UsageError */
function readMetricsAddress(given: Arguments): ListenAddress | undefined {
  if (!given.flag("prometheus")) {
    if (given.typed("prometheus-listen"))
      throw new UsageError(`${name}: --prometheus-listen needs --prometheus`);
    return undefined;
  }
  const text = given.text("prometheus-listen") ?? "";
  const address = readListenAddress(text);
  if (address !== undefined) return address;
  throw new UsageError(`${name}: --prometheus-listen takes HOST:PORT, [IPV6]:PORT or :PORT, not \`${text}\``);
}

/** @throws UsageError */
function readGraphviz(given: Arguments): { readonly file: string; readonly filter: string } | undefined {
  const file = given.text("graphviz");
  if (file === undefined && given.typed("graphviz-filter"))
    throw new UsageError(`${name}: --graphviz-filter needs --graphviz`);
  return file === undefined ? undefined : { file, filter: given.text("graphviz-filter") ?? "dot" };
}

/** @throws DiagnosticError */
async function downloadOnly(program: ProgramInput): Promise<number> {
  if (program.frontend !== "lang") return 0;
  const { loadAndResolve } = await import("../../lang/compile.ts");
  const { Catalogue } = await import("../resources/catalogue.ts");
  await loadAndResolve(program.input, program.files, new Catalogue());
  return 0;
}

/** @returns undefined for one machine without a store @throws UsageError */
function readStore(given: Arguments): NodeChoice | undefined {
  const isStandalone = given.flag("standalone") || !given.flag("network");
  if (!isStandalone) return given.flag("only-download") ? undefined : readNodeOptions(name, given);
  for (const option of Object.keys(nodeOptions)) {
    if (given.typed(option) || (option === "seeds" && given.given(option)))
      throw new UsageError(
        `${name}: --standalone is one machine without a store, so --${option} does not go with it`,
      );
  }
  return undefined;
}

/** @throws UsageError for combinations that cannot be meant; Error for what is not built yet */
function refuse(given: Arguments, store: NodeChoice | undefined): void {
  if (given.typed("prefix") && given.flag("tmp-prefix")) {
    throw new UsageError(`${name}: give either --prefix or --tmp-prefix`);
  }
  for (const option of Object.keys(notBuilt)) {
    if (given.given(option)) throw new Error(`--${option} is not built yet`);
  }
  if (store !== undefined) return;
  for (const option of ["publish", "wait"]) {
    if (given.typed(option)) throw new UsageError(`${name}: --${option} is of use in a cluster only`);
  }
  if (given.words.length === 0)
    throw new UsageError(`${name}: no INPUT given: name an .mcl file, a directory, a .yaml graph, or \`-\``);
}

/** @throws UsageError for combinations that cannot be meant */
function readProgramChoice(
  given: Arguments,
  store: NodeChoice | undefined,
  { frontend }: ProgramInput,
): ProgramChoice {
  if (store === undefined) return { kind: "own" };
  const deploys = { onlyNewer: given.flag("wait"), onlyFirst: !given.flag("deploy-watch") };
  if (given.flag("wait") && frontend !== "empty")
    throw new UsageError(`${name}: --wait goes with \`empty\`, which runs what is deployed`);
  if (given.flag("publish")) {
    if (frontend !== "empty") return { kind: "published", ...deploys };
    throw new UsageError(`${name}: --publish needs an INPUT to be deployed; \`empty\` is none`);
  }
  if (frontend === "empty") return { kind: "deployed", ...deploys };
  // Whoever names the cluster of others does not mean to replace what they run.
  const isGuest = store.seeds.length > 0 || store.token !== undefined;
  // Nor does who wants nothing changed mean to change what all hosts run.
  return isGuest || given.flag("noop") ? { kind: "own" } : { kind: "published", ...deploys };
}

function atLeast(given: Arguments, option: string, minimum: number): number {
  const value = given.integer(option) ?? minimum;
  if (value < minimum) throw new UsageError(`${name}: --${option} must be at least ${minimum}, not ${value}`);
  return value;
}
