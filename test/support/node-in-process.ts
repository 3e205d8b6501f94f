/** What `mgmt run` does with a program, as far as the store that hosts share concerns it: many hosts in one process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineGraph } from "../../src/agent/engine-graph.ts";
import { createHost } from "../../src/agent/host.ts";
import { readInput } from "../../src/agent/input.ts";
import { prepareProgram } from "../../src/agent/program.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineEnvironment } from "../../src/engine/environment.ts";
import type { Resource } from "../../src/engine/resource.ts";
import { drainWatches } from "../../src/os/watch-path.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { localWorld } from "../../src/world/local.ts";
import type { SharedWorld } from "../../src/world/world.ts";

export class NodeInProcess implements AsyncDisposable {
  readonly logged: string[] = [];
  /** What the program came to that is no graph. */
  readonly problems: string[] = [];
  readonly engine: Engine;
  readonly #prefix = mkdtempSync(join(tmpdir(), "mgmt-node-"));
  readonly #ends = new AbortController();
  readonly #host: ReturnType<typeof createHost>;

  constructor(
    readonly hostname: string,
    shared: SharedWorld,
    environment: Partial<EngineEnvironment> = {},
  ) {
    const { strings, hostStrings, schedules, exports, convergence } = shared;
    const world = { ...localWorld(this.#prefix), strings, hostStrings, schedules, exports, convergence };
    const log = (level: string, origin: string, message: string): void =>
      void this.logged.push(`${level} ${origin}: ${message}`);
    this.engine = new Engine({
      hostname,
      prefix: this.#prefix,
      world,
      log,
      exit: () => {},
      drain: drainWatches,
      noop: false,
      sema: -1,
      watch: true,
      ...environment,
    });
    this.#host = createHost({ hostname, log, world, prefix: this.#prefix, signal: this.#ends.signal });
  }

  /** Starts a program. @param code in mcl; an empty one has an empty graph */
  async start(code: string): Promise<void> {
    const kinds = new Catalogue();
    const start = await prepareProgram(await readInput(code === "" ? ["empty"] : ["lang", code]), kinds);
    const reports = start(this.#host, this.#ends.signal);
    const made = new WeakMap<object, Resource>();
    const follow = async (): Promise<void> => {
      for (;;) {
        const report = await reports.next();
        if (report === undefined) return;
        if (report.kind === "error") this.problems.push(...report.diagnostics.map(({ message }) => message));
        else await this.engine.swap(engineGraph(report.graph, kinds, made));
      }
    };
    void follow();
  }

  /** `kind[name]: state`, sorted. */
  states(): readonly string[] {
    return this.engine.status().map(({ key, state }) => `${key}: ${state}`);
  }

  /** As at an orderly end; the store is not closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ends.abort();
    await this.engine.stop();
    rmSync(this.#prefix, { recursive: true, force: true });
  }
}
