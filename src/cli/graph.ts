import { hostname } from "node:os";
import { type Diagnostic, DiagnosticError, diagnostic } from "../../lang/diagnostic.ts";
import type { ResourceGraph } from "../../lang/output/resource-graph.ts";
import { engineGraph } from "../agent/engine-graph.ts";
import { createHost } from "../agent/host.ts";
import type { ProgramInput } from "../agent/input.ts";
import { createLog } from "../agent/log.ts";
import { prepareProgram } from "../agent/program.ts";
import { tellAwaited } from "../agent/tell-awaited.ts";
import { edgesWithAutomatic, explicitEdges } from "../engine/autoedge.ts";
import { GraphError, planGraph } from "../engine/graph.ts";
import { interruptible } from "../os/interruptible.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { formatOption } from "./format.ts";
import { graphData, graphDot, graphMermaid, graphText, type PrintedGraph } from "./graph-text.ts";
import { moduleOptions, moduleVariables, readModuleOptions } from "./module-options.ts";
import { print } from "./print.ts";
import { readProgram } from "./read-program.ts";
import { printFailureJson, showDiagnostics } from "./show-diagnostics.ts";

const options = {
  format: formatOption("text", "json", "dot", "mermaid"),
  autoedges: {
    type: "boolean",
    default: true,
    description: "With automatic edges",
    negativeDescription: "Without automatic edges",
  },
  hostname: {
    type: "string",
    valueHint: "NAME",
    description: "What $hostname is; the name of this machine if unset",
  },
  ...moduleOptions,
} as const;

export const graph = defineCommand({
  summary: "Evaluates a program and prints its first resource graph. Applies nothing.",
  usage: "mgmt graph [OPTIONS] INPUT\n       mgmt graph [OPTIONS] lang CODE",
  options,
  examples: "Examples:\n  mgmt graph site.mcl\n  mgmt graph --format dot site.mcl | dot -Tsvg > site.svg",
  async run(args) {
    const given = readArguments("mgmt graph", args, options, {
      variables: moduleVariables,
      environment: process.env,
    });
    const format = given.choice("format", options.format.formats);
    if (given.words.length === 0) throw new UsageError("mgmt graph: name an INPUT");
    const modules = readModuleOptions("mgmt graph", given);
    let directory = "";
    try {
      const program = await readProgram("mgmt graph", given.words, modules);
      if (program.frontend === "lang") directory = program.directory;
      const printed = await firstGraph(
        program,
        given.text("hostname") ?? hostname(),
        given.flag("autoedges"),
      );
      await print(render(printed, format));
      return 0;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      showDiagnostics(error.diagnostics, directory);
      if (format === "json") await printFailureJson(error.diagnostics);
      return 1;
    }
  },
});

function render(graph: PrintedGraph, format: "text" | "json" | "dot" | "mermaid"): string {
  switch (format) {
    case "text":
      return graphText(graph);
    case "json":
      return JSON.stringify(graphData(graph));
    case "dot":
      return graphDot(graph);
    case "mermaid":
      return graphMermaid(graph);
  }
}

/** @throws DiagnosticError */
async function firstGraph(program: ProgramInput, name: string, autoedges: boolean): Promise<PrintedGraph> {
  const kinds = new Catalogue();
  const declared = await interruptible((signal) => evaluateOnce(program, name, kinds, signal));
  const planned = { ...engineGraph(declared, kinds, new WeakMap()), autoedges };
  try {
    planGraph(planned);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new DiagnosticError([unsoundGraph(error, declared)]);
  }
  return { declared, edges: autoedges ? edgesWithAutomatic(planned) : explicitEdges(planned) };
}

async function evaluateOnce(
  program: ProgramInput,
  name: string,
  kinds: Catalogue,
  interrupted: AbortSignal,
): Promise<ResourceGraph> {
  const start = await prepareProgram(program, kinds);
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted, stop.signal]);
  const log = await createLog({ format: "text", level: "warn" });
  const host = createHost({
    hostname: name,
    log,
    signal,
    ...(program.frontend === "lang" ? { place: { directory: program.base } } : {}),
  });
  const reports = start(host, signal);
  const stopTelling = tellAwaited(reports, log);
  try {
    const report = await reports.next();
    if (report === undefined) throw new Error("the program ended before its first graph");
    if (report.kind === "error") throw new DiagnosticError(report.diagnostics);
    return report.graph;
  } finally {
    stopTelling();
    stop.abort();
  }
}

/** A graph whose own edges are sound can only be broken by automatic ones. */
function unsoundGraph(error: GraphError, declared: ResourceGraph): Diagnostic {
  const culprit = declared.resources.find((each) => error.cycle.includes(`${each.kind}[${each.name}]`));
  return diagnostic("autoedge", "cycle", error.message, culprit?.span);
}
