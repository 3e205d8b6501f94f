/** Runs programs from their text up to the first resource graph, the way `mgmt graph` does, without a machine. */
import { compile } from "../../lang/compile.ts";
import { type Diagnostic, DiagnosticError } from "../../lang/diagnostic.ts";
import { evaluate } from "../../lang/flow/evaluate.ts";
import type { Host } from "../../lang/host.ts";
import type { ResourceGraph } from "../../lang/output/resource-graph.ts";
import { createHost } from "../../src/agent/host.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";

export type Outcome =
  | { readonly kind: "graph"; readonly graph: ResourceGraph }
  | { readonly kind: "error"; readonly diagnostics: readonly Diagnostic[] };

export interface Surroundings {
  /** What the program sees of the machine, from what it would see of the real one. */
  readonly host?: (real: Host) => Host;
  /** Ends a program that waits for something. */
  readonly signal?: AbortSignal;
}

/**
 * @param files by path: what the program may import
 * @param code the program, `main.mcl`
 */
export async function firstGraph(
  code: string,
  files: Readonly<Record<string, string>> = {},
  surroundings: Surroundings = {},
): Promise<Outcome> {
  const kinds = new Catalogue();
  const stop = new AbortController();
  const signal = AbortSignal.any([
    stop.signal,
    ...(surroundings.signal === undefined ? [] : [surroundings.signal]),
  ]);
  try {
    const program = await compile(
      { kind: "code", code, path: "main.mcl" },
      { read: async (path) => files[path] },
      kinds,
    );
    const real = createHost({ hostname: "h1", log: () => {}, signal });
    const host = surroundings.host?.(real) ?? real;
    const report = await evaluate(program, { host, kinds, signal }).next();
    if (report === undefined) throw new Error("the program ended before its first graph");
    return report;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { kind: "error", diagnostics: error.diagnostics };
  } finally {
    stop.abort();
  }
}

/** `phase line:column message` of the first diagnostic, or the vertices and edges of the graph. */
export function describe(outcome: Outcome): string {
  if (outcome.kind === "error") {
    const [first] = outcome.diagnostics;
    if (first === undefined) return "an error without a diagnostic";
    const at = first.span?.source.position(first.span.start);
    return `${first.phase} ${at === undefined ? "-" : `${at.line}:${at.column}`} ${first.message}`;
  }
  const { resources, edges } = outcome.graph;
  const key = (index: number): string => `${resources[index]?.kind}[${resources[index]?.name}]`;
  const vertices = resources.map((_, index) => key(index)).sort();
  const arrows = edges
    .map(({ from, to, notify }) => `${key(from)} ${notify ? "=>" : "->"} ${key(to)}`)
    .sort();
  return [...vertices, ...arrows].join(", ");
}
