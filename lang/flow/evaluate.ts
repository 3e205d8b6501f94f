/** Runs a typed program: the entry to the function graph. */
import type { Host } from "../host.ts";
import type { KindCatalogue } from "../kinds.ts";
import type { TypedProgram } from "../types/typed.ts";
import { withinStack } from "../within-stack.ts";
import { BlockBuilder } from "./block-builder.ts";
import { Environment } from "./environment.ts";
import { Evaluation } from "./evaluation.ts";
import { ExpressionBuilder } from "./expression-builder.ts";
import { Graph } from "./graph.ts";
import { InvariantChecker } from "./invariant-checker.ts";
import { Scope } from "./scope.ts";

export interface EvaluateOptions {
  readonly host: Host;
  readonly kinds: KindCatalogue;
  /** Ends the program: sources are closed and the evaluation reports nothing more. */
  readonly signal: AbortSignal;
  /** Runs a tick soon; by default when the events that are due have been handled. */
  readonly schedule?: (tick: () => void) => void;
  /** Checks the invariants of the graph after each tick; for tests, because it costs as much as the whole graph. */
  readonly checkInvariants?: boolean;
}

/**
 * Starts a program and keeps it running until aborted. The first tick has happened when this returns; whether it
 * was complete depends on the sources.
 * @throws DiagnosticError when the graph cannot be built
 *
 * ```ts
 * for await (const report of evaluate(program, { host, kinds, signal })) {
 *   if (report.kind === "graph") apply(report.graph);
 *   else show(report.diagnostics);
 * }
 * ```
 */
export function evaluate(program: TypedProgram, options: EvaluateOptions): Evaluation {
  const { host, kinds, signal, schedule = afterEvents } = options;
  const graph = new Graph(
    (tick) => schedule(() => (signal.aborted ? undefined : tick())),
    () => evaluation.changed(),
    options.checkInvariants === true ? new InvariantChecker() : undefined,
  );
  const scope = new Scope(graph, undefined);
  const blocks = new BlockBuilder(new ExpressionBuilder(graph, host), kinds.names);
  const environment = new Environment(program.region, undefined, scope);
  const output = withinStack("graph", () => blocks.build(program.block, environment, scope));
  const evaluation = new Evaluation(graph, output, kinds, signal);
  if (signal.aborted) return evaluation;
  signal.addEventListener("abort", () => scope.dispose(), { once: true });
  graph.tick();
  return evaluation;
}

/** When ticks are run unless told otherwise: one tick takes all that happened in the current round of events. */
export function afterEvents(tick: () => void): void {
  setImmediate(tick);
}
