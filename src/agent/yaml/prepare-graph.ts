import { DiagnosticError, Source } from "../../../lang/diagnostic.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import type { GraphFile } from "../input.ts";
import type { Start } from "../program.ts";
import { assembleGraph } from "./assemble-graph.ts";
import { GraphReports } from "./graph-reports.ts";
import { readGraph, type YamlGraph } from "./read-graph.ts";

/**
 * Checks the graph in a file of YAML.
 * @throws DiagnosticError if it is not sound
 */
export async function prepareGraph(file: GraphFile, kinds: Catalogue): Promise<Start> {
  const read = (text: string): Promise<YamlGraph> => readSound(new Source(file.name, text, ""), kinds);
  const graph = await read(file.text);
  return (host, signal) => new GraphReports(file, graph, { read, kinds }, host, signal);
}

/** What is sound while nothing is collected. @throws DiagnosticError */
async function readSound(source: Source, kinds: Catalogue): Promise<YamlGraph> {
  const graph = await readGraph(source, kinds);
  const assembly = assembleGraph(graph, new Map(), kinds);
  if (assembly.kind === "error") throw new DiagnosticError(assembly.diagnostics);
  return graph;
}
