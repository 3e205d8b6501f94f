import { readFileSync } from "node:fs";
import { decodeBytes } from "../../../lang/bytes.ts";
import { type Diagnostic, DiagnosticError, diagnostic, type Span } from "../../../lang/diagnostic.ts";
import type { Report } from "../../../lang/flow/evaluation.ts";
import type { Close, ExportedResource, Host, HostError } from "../../../lang/host.ts";
import type { KindCatalogue } from "../../../lang/kinds.ts";
import type { ResourceGraph } from "../../../lang/output/resource-graph.ts";
import { sameGraph } from "../../../lang/output/same-graph.ts";
import { explainError } from "../../os/errors.ts";
import { watchPath } from "../../os/watch-path.ts";
import type { GraphFile } from "../input.ts";
import type { Reports } from "../program.ts";
import { assembleGraph } from "./assemble-graph.ts";
import type { YamlGraph } from "./read-graph.ts";

/**
 * How long a file must be left alone, in milliseconds, before it is read: who writes it piece by piece has a graph in it
 * meanwhile that lacks resources.
 */
const quietTime = 200;

/** How the file is read, again and again. */
export interface GraphReader {
  /** The graph in a text. @throws DiagnosticError if it is not sound */
  read(text: string): Promise<YamlGraph>;
  readonly kinds: KindCatalogue;
}

/**
 * What a graph in a file comes to while the file and what others export change. A file that is not sound is told of
 * once; the graph that was read before stays in force.
 */
export class GraphReports implements Reports {
  /** What is exported is known soon. */
  readonly awaited: readonly Span[] = [];
  readonly #file: GraphFile;
  readonly #read: GraphReader["read"];
  readonly #kinds: KindCatalogue;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  /** As it was read last, sound or not. */
  #text: string;
  /** Why it could not be read since then. */
  #unreadable: string | undefined;
  #graph: YamlGraph;
  /** By kind; undefined until it is known. */
  readonly #exports = new Map<string, readonly ExportedResource[] | undefined>();
  readonly #follows = new Map<string, Close>();
  /** What is to be told before anything else. */
  #flaws: readonly Diagnostic[] | undefined;
  #reported: ResourceGraph | undefined;
  /** Why there has been no graph since then. */
  #obstacle: string | undefined;
  #waiting: (() => void)[] = [];
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** @throws SystemError if the file cannot be watched */
  constructor(
    file: GraphFile,
    graph: YamlGraph,
    { read, kinds }: GraphReader,
    host: Host,
    signal: AbortSignal,
  ) {
    this.#file = file;
    this.#read = read;
    this.#kinds = kinds;
    this.#host = host;
    this.#signal = signal;
    this.#text = file.text;
    this.#graph = graph;
    signal.addEventListener("abort", () => this.#end(), { once: true });
    this.#followExports();
    if (file.path !== undefined) this.#watch(file.path);
  }

  async next(): Promise<Report | undefined> {
    while (!this.#signal.aborted) {
      const report = this.#take();
      if (report !== undefined) return report;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return undefined;
  }

  #take(): Report | undefined {
    if (this.#flaws !== undefined) {
      const diagnostics = this.#flaws;
      this.#flaws = undefined;
      return { kind: "error", diagnostics };
    }
    const exports = new Map<string, readonly ExportedResource[]>();
    for (const [kind, exported] of this.#exports) {
      if (exported === undefined) return undefined;
      exports.set(kind, exported);
    }
    const assembly = assembleGraph(this.#graph, exports, this.#kinds);
    if (assembly.kind === "error") {
      const obstacle = assembly.diagnostics.map(({ message }) => message).join("\n");
      if (this.#obstacle === obstacle) return undefined;
      this.#obstacle = obstacle;
      return assembly;
    }
    const before = this.#reported;
    if (before !== undefined && this.#obstacle === undefined && sameGraph(before, assembly.graph))
      return undefined;
    this.#obstacle = undefined;
    this.#reported = assembly.graph;
    return assembly;
  }

  #watch(path: string): void {
    const changed = (): void => {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => void this.#reload(path), quietTime);
    };
    const watch = watchPath(path, { onChange: changed, signal: this.#signal });
    watch.closed.catch((error: unknown) => this.#tell(this.#flawOf(explainError(error))));
    // It may have changed since it was read.
    changed();
  }

  async #reload(path: string): Promise<void> {
    const { name } = this.#file;
    let text: string;
    try {
      text = decodeBytes(readFileSync(path));
      this.#unreadable = undefined;
    } catch (error) {
      const why = `cannot read \`${name}\`: ${explainError(error)}`;
      if (why !== this.#unreadable) this.#tell(this.#flawOf(why));
      this.#unreadable = why;
      return;
    }
    if (text === this.#text) return;
    this.#text = text;
    try {
      const graph = await this.#read(text);
      if (this.#signal.aborted || text !== this.#text) return;
      this.#host.log("yaml", `${name} has changed`);
      this.#graph = graph;
      this.#followExports();
      this.#wake();
    } catch (error) {
      if (text !== this.#text) return;
      this.#host.log("yaml", `${name} has changed and is not sound; the graph before stays in force`);
      this.#tell(error instanceof DiagnosticError ? error.diagnostics : this.#flawOf(explainError(error)));
    }
  }

  #flawOf(message: string): readonly Diagnostic[] {
    return [diagnostic("stream", "unreadable-file", message)];
  }

  #tell(flaws: readonly Diagnostic[]): void {
    this.#flaws = flaws;
    this.#wake();
  }

  /** Follows what is exported of the kinds that are collected, and of no others. */
  #followExports(): void {
    const wanted = new Map(this.#graph.collects.map(({ kind, span }) => [kind.kind, span]));
    for (const [kind, close] of this.#follows) {
      if (wanted.has(kind)) continue;
      close();
      this.#follows.delete(kind);
      this.#exports.delete(kind);
    }
    for (const [kind, span] of wanted) {
      if (this.#follows.has(kind)) continue;
      this.#exports.set(kind, undefined);
      const known = (exported: readonly ExportedResource[]): void => {
        this.#exports.set(kind, exported);
        this.#wake();
      };
      const failed = (error: HostError): void => {
        const message = `cannot collect what is exported of kind \`${kind}\`: ${error.message}`;
        this.#tell([diagnostic("stream", "unreadable-exports", message, span)]);
      };
      this.#follows.set(kind, this.#host.exports.follow(kind, known, failed));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #end(): void {
    clearTimeout(this.#quiet);
    for (const close of this.#follows.values()) close();
    this.#wake();
  }
}
