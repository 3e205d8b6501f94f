import { compile } from "../../lang/compile.ts";
import type { Span } from "../../lang/diagnostic.ts";
import { evaluate } from "../../lang/flow/evaluate.ts";
import type { Report } from "../../lang/flow/evaluation.ts";
import type { Host } from "../../lang/host.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { ProgramInput } from "./input.ts";

/** What a running program says, whenever it is asked. */
export interface Reports {
  /** The next state that differs from the one reported last; undefined once aborted. */
  next(): Promise<Report | undefined>;
  /** What has to have a value before there is a state, and has none. */
  readonly awaited: readonly Span[];
}

/** A program that is sound. Starts it; the signal ends it. */
export type Start = (host: Host, signal: AbortSignal) => Reports;

/**
 * Checks a program, whatever front end it is for, and loads the kinds that it needs.
 * @throws DiagnosticError if it is not sound
 */
export async function prepareProgram(program: ProgramInput, kinds: Catalogue): Promise<Start> {
  switch (program.frontend) {
    case "lang": {
      const typed = await compile(program.input, program.files, kinds);
      return (host, signal) => evaluate(typed, { host, kinds, signal });
    }
    case "yaml": {
      const { prepareGraph } = await import("./yaml/prepare-graph.ts");
      return prepareGraph(program.file, kinds);
    }
    case "empty": {
      const typed: Parameters<typeof evaluate>[0] = { region: { parent: undefined }, block: [] };
      return (host, signal) => evaluate(typed, { host, kinds, signal });
    }
  }
}
