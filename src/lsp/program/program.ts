import { type Analysis, type AnalysisContext, analyze, analyzeAround } from "./analysis.ts";
import type { ProgramIndex } from "./program-index.ts";
import type { ProgramRoot } from "./program-root.ts";

/** A program that an open document belongs to, analyzed again whenever something that it is made of has changed. */
export class Program {
  readonly #context: AnalysisContext;
  #isStale = true;
  #analysis: Analysis | undefined;
  #running: Promise<Analysis> | undefined;
  /** By path, the last index that had the file. */
  readonly #indexes = new Map<string, ProgramIndex>();
  /** Indexes of files that do not parse at the moment. */
  readonly #recovered = new Map<string, Promise<ProgramIndex | undefined>>();
  #typed: ProgramIndex | undefined;
  #reads: ReadonlySet<string> = new Set();

  constructor(
    readonly root: ProgramRoot,
    context: AnalysisContext,
  ) {
    this.#context = context;
  }

  /** The last index of a program whose types could be found out. */
  get typed(): ProgramIndex | undefined {
    return this.#typed;
  }

  /** Whether the program is made of the file, as far as was known when it was last analyzed. */
  needs(path: string): boolean {
    return this.#reads.has(path);
  }

  /** Something that the program is made of has changed. */
  invalidate(): void {
    this.#isStale = true;
  }

  /** The analysis of the program as it is now. */
  async analysis(): Promise<Analysis> {
    for (;;) {
      if (this.#analysis !== undefined && !this.#isStale) return this.#analysis;
      this.#running ??= this.#run();
      await this.#running;
    }
  }

  /** What is known of a file now or, if it is broken, what was known of it last. */
  async indexOf(path: string): Promise<ProgramIndex | undefined> {
    const { index, diagnostics } = await this.analysis();
    if (index.files.has(path)) return index;
    let recovered = this.#recovered.get(path);
    if (recovered === undefined) {
      recovered = analyzeAround(path, diagnostics, this.root, this.#context).then(
        (analysis) => analysis?.index,
      );
      this.#recovered.set(path, recovered);
    }
    return (await recovered) ?? this.#indexes.get(path);
  }

  async #run(): Promise<Analysis> {
    this.#isStale = false;
    try {
      const analysis = await analyze(this.root, this.#context);
      this.#analysis = analysis;
      this.#recovered.clear();
      const { index, reads } = analysis;
      // A main file that does not parse does not say what it imports.
      this.#reads = index.files.size > 0 ? reads : this.#reads.union(reads);
      for (const path of index.files.keys()) this.#indexes.set(path, index);
      if (index.isTyped) this.#typed = index;
      return analysis;
    } finally {
      this.#running = undefined;
    }
  }
}
