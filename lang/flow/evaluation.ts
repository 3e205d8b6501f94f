/**
 * A running program as its consumer sees it: the latest state, whenever the consumer asks. States that were
 * superseded before anyone asked are never assembled.
 */
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import { type Assembly, assemble } from "../output/assemble.ts";
import type { Contribution } from "../output/contribution.ts";
import type { ResourceGraph } from "../output/resource-graph.ts";
import { sameGraph } from "../output/same-graph.ts";
import { awaited } from "./awaited.ts";
import type { Counters, Graph } from "./graph.ts";
import type { Failure } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";

/**
 * What a program comes to. After an error the graph reported before stays in force; the program goes on, and reports
 * a graph when it is sound again, be it the one it had.
 */
export type Report =
  | { readonly kind: "graph"; readonly graph: ResourceGraph }
  | { readonly kind: "error"; readonly diagnostics: readonly Diagnostic[] };

export class Evaluation implements AsyncIterable<Report> {
  readonly #graph: Graph;
  readonly #output: readonly OutputItem[];
  readonly #kinds: KindCatalogue;
  readonly #signal: AbortSignal;
  /** Consumers waiting for a tick or the end. */
  #waiting: (() => void)[] = [];
  /** There was a tick since anyone looked. */
  #stale = true;
  #assembly: Assembly | undefined;
  #assembledVersion = 0;
  #graphReported: ResourceGraph | undefined;
  /** The error reported since then, if any. */
  #errorReported: readonly Diagnostic[] | undefined;

  constructor(graph: Graph, output: readonly OutputItem[], kinds: KindCatalogue, signal: AbortSignal) {
    this.#graph = graph;
    this.#output = output;
    this.#kinds = kinds;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#wake(), { once: true });
  }

  get counters(): Counters {
    return this.#graph.counters;
  }

  /** The next state that differs from the one reported last; undefined once aborted. */
  async next(): Promise<Report | undefined> {
    while (!this.#signal.aborted) {
      const report = this.#take();
      if (report !== undefined) return report;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return undefined;
  }

  /** All states from now on, as fast as they are taken. Ends only when aborted. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Report, void> {
    for (let report = await this.next(); report !== undefined; report = await this.next()) yield report;
  }

  /** The calls that keep the program from a new graph because they have no value yet; in source order. */
  get awaited(): readonly Span[] {
    const { failures, pending } = this.#graph.obstacles;
    if (failures.length > 0) return [];
    const spans = awaited(pending).flatMap(({ span }) => (span === undefined ? [] : [span]));
    return [...new Set(spans)].sort((a, b) => a.start - b.start);
  }

  /** To be called after each tick. */
  changed(): void {
    this.#stale = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #take(): Report | undefined {
    if (!this.#stale) return undefined;
    this.#stale = false;
    const { failures, pending } = this.#graph.obstacles;
    if (failures.length > 0) return this.#error(failures.map(diagnosticOf));
    if (pending.length > 0) return undefined;
    const assembly = this.#assemble();
    if (assembly.kind === "error") return this.#error(assembly.diagnostics);
    const before = this.#graphReported;
    const same = before !== undefined && sameGraph(before, assembly.graph);
    if (same && this.#errorReported === undefined) return undefined;
    this.#errorReported = undefined;
    this.#graphReported = same ? before : assembly.graph;
    return { kind: "graph", graph: this.#graphReported };
  }

  #assemble(): Assembly {
    const version = this.#graph.outputVersion;
    if (this.#assembly === undefined || this.#assembledVersion !== version) {
      const contributions: Contribution[] = [];
      for (const item of this.#output) item.collect(contributions);
      this.#assembly = assemble(contributions, this.#kinds);
      this.#assembledVersion = version;
    }
    return this.#assembly;
  }

  #error(found: readonly Diagnostic[]): Report | undefined {
    const diagnostics = inOrder(found);
    const before = this.#errorReported;
    if (before !== undefined && sameDiagnostics(before, diagnostics)) return undefined;
    this.#errorReported = diagnostics;
    return { kind: "error", diagnostics };
  }
}

function diagnosticOf(failure: Failure): Diagnostic {
  const help = failure.fatal
    ? undefined
    : "give it a fallback: `… <|> …` is the second where the first fails";
  return diagnostic("stream", failure.code, failure.message, failure.origin.span, { help });
}

/** By place in the source, each mistake once. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const { phase, message, span } = each;
    const key = [phase, span?.source.path, span?.start, span?.end, message].join("\0");
    if (!unique.has(key)) unique.set(key, each);
  }
  return [...unique.values()].sort((a, b) => {
    const left = a.span?.source.path ?? "";
    const right = b.span?.source.path ?? "";
    if (left !== right) return left < right ? -1 : 1;
    return (a.span?.start ?? 0) - (b.span?.start ?? 0);
  });
}

function sameDiagnostics(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return a.length === b.length && a.every((each, index) => sameDiagnostic(each, b[index]));
}

function sameDiagnostic(a: Diagnostic, b: Diagnostic | undefined): boolean {
  return a.phase === b?.phase && a.code === b.code && a.message === b.message && sameSpan(a, b);
}

function sameSpan(a: Diagnostic, b: Diagnostic): boolean {
  return a.span?.source === b.span?.source && a.span?.start === b.span?.start && a.span?.end === b.span?.end;
}
