import { compile } from "../../lang/compile.ts";
import type { Span } from "../../lang/diagnostic.ts";
import { afterEvents, evaluate } from "../../lang/flow/evaluate.ts";
import type { Report } from "../../lang/flow/evaluation.ts";
import type { Host } from "../../lang/host.ts";
import type { TypedProgram } from "../../lang/types/typed.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { ProgramSource } from "./input.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** What a running program says, whenever it is asked. */
export interface Reports {
  /** The next state that differs from the one reported last; undefined once aborted. */
  next(): Promise<Report | undefined>;
  /** What has to have a value before there is a state, and has none. */
  readonly awaited: readonly Span[];
}

/** A program that is sound. Starts it, with its ticks measured if somebody wants to know; the signal ends it. */
export type Start = (host: Host, signal: AbortSignal, metrics?: Metrics) => Reports;

/**
 * Checks a program, whatever front end it is for, and loads the kinds that it needs.
 * @throws DiagnosticError if it is not sound
 */
export async function prepareProgram(program: ProgramSource, kinds: Catalogue): Promise<Start> {
  switch (program.frontend) {
    case "lang": {
      return starter(await compile(program.input, program.files, kinds), kinds);
    }
    case "yaml": {
      const { prepareGraph } = await import("./yaml/prepare-graph.ts");
      return prepareGraph(program.file, kinds);
    }
    case "empty":
      return starter({ region: { parent: undefined }, block: [] }, kinds);
  }
}

function starter(program: TypedProgram, kinds: Catalogue): Start {
  return (host, signal, metrics) => {
    if (metrics === undefined) return evaluate(program, { host, kinds, signal });
    const schedule = (tick: () => void): void => afterEvents(() => metrics.tick(tick));
    return metrics.tick(() => evaluate(program, { host, kinds, signal, schedule }));
  };
}
