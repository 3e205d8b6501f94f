import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import { standardPrefix } from "../agent/prefix.ts";
import { askAgent } from "../agent/status/ask-agent.ts";
import type { StatusMessage } from "../agent/status/message.ts";
import { type Arguments, readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { LiveOutput } from "./live-output.ts";
import { print } from "./print.ts";
import { type Condition, isTroubled, statusTable, type TableOptions } from "./status-table.ts";

const name = "mgmt status";
/** Milliseconds between two looks at the clock: for how long something has been so is shown in seconds. */
const second = 1000;

const options = {
  prefix: {
    type: "string",
    valueHint: "DIR",
    description: "Working directory of the agent (MGMT_PREFIX); /var/lib/mgmt for root",
  },
  json: { type: "boolean", description: "Print one JSON object" },
  edges: { type: "boolean", description: "With --json: the edges of the graph, too" },
  watch: {
    type: "boolean",
    description: "Go on, and show whatever changes; with --json: a line for each change",
  },
} as const satisfies ArgsDef;

export const status = defineCommand({
  summary: "Tells what the agent on this host is doing, and how every resource is.",
  usage: "mgmt status [OPTIONS]",
  options,
  examples:
    "Exit status: 0 all good; 1 something has failed or is blocked, or no agent works there.\n\nExamples:\n  mgmt status\n  mgmt status --watch\n  mgmt status --json | jq '.resources[] | select(.state != \"ok\")'",
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: { prefix: "MGMT_PREFIX" },
      environment: process.env,
    });
    return showStatus(given);
  },
});

async function showStatus(given: Arguments): Promise<number> {
  const [word] = given.words;
  if (word !== undefined) throw new UsageError(`${name}: takes options only, and got \`${word}\``);
  const json = given.flag("json");
  const edges = given.flag("edges");
  if (edges && !json) throw new UsageError(`${name}: --edges needs --json`);
  const prefix = resolve(given.text("prefix") ?? standardPrefix(process.env));
  const render = json ? (message: StatusMessage) => JSON.stringify(message) : await tableRenderer();
  return given.flag("watch") ? watch(prefix, edges, json, render) : once(prefix, edges, render);
}

type Render = (message: StatusMessage, size?: Pick<TableOptions, "width" | "height">) => string;

async function once(prefix: string, edges: boolean, render: Render): Promise<number> {
  let found: StatusMessage | undefined;
  await askAgent(prefix, { request: "status", edges }, (message) => {
    found = message;
  });
  if (found === undefined) throw new Error(`the agent in ${prefix} has not answered`);
  await print(render(found));
  return isTroubled(found) ? 1 : 0;
}

async function watch(prefix: string, edges: boolean, json: boolean, render: Render): Promise<number> {
  const stop = Promise.withResolvers<void>();
  const output = new LiveOutput(!json && terminalSize() !== undefined, stop.resolve);
  let last: StatusMessage | undefined;
  const show = (): void => {
    if (last !== undefined) output.show(render(last, terminalSize()));
  };
  const agent = askAgent(prefix, { request: "watch", edges }, (message) => {
    last = message;
    show();
  });
  const tick = output.redraws ? setInterval(show, second) : undefined;
  process.once("SIGINT", stop.resolve).once("SIGTERM", stop.resolve).on("SIGWINCH", show);
  try {
    const ended = agent.then(() => true);
    const isOver = await Promise.race([ended, stop.promise.then(() => false)]);
    if (isOver) throw new Error(`the agent in ${prefix} has ended`);
    return last !== undefined && isTroubled(last) ? 1 : 0;
  } finally {
    clearInterval(tick);
    await output.finish(last === undefined ? undefined : render(last));
  }
}

function terminalSize(): { readonly width: number; readonly height: number } | undefined {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY ? { width: columns, height: rows } : undefined;
}

async function tableRenderer(): Promise<Render> {
  const { colors } = await import("consola/utils");
  const paints: Readonly<Record<Condition, (text: string) => string>> = {
    failed: colors.red,
    blocked: colors.yellow,
    retrying: colors.yellow,
    noop: colors.cyan,
    pending: colors.blue,
    ok: colors.green,
  };
  const paint = (condition: Condition, text: string): string => paints[condition](text);
  const isTerminal = terminalSize() !== undefined;
  return (message, size) =>
    statusTable(message, { ...size, now: Date.now(), ...(isTerminal ? { paint } : {}) });
}
