/** One running node: a program, the engine that applies what it comes to, and the ways in which both end. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { renderDiagnostic } from "../../lang/diagnostic-render.ts";
import type { Report } from "../../lang/flow/evaluation.ts";
import type { ResourceGraph } from "../../lang/output/resource-graph.ts";
import { systemClock } from "../engine/clock.ts";
import { Converger } from "../engine/converger.ts";
import { Engine } from "../engine/engine.ts";
import { GraphError } from "../engine/graph.ts";
import { IntentFile } from "../engine/intent-file.ts";
import type { Resource } from "../engine/resource.ts";
import { claimState } from "../engine/state-format.ts";
import { explainError } from "../os/errors.ts";
import { StandardOutputQueue } from "../os/standard-output.ts";
import { drainWatches } from "../os/watch-path.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { localWorld, worldWith } from "../world/local.ts";
import type { World } from "../world/world.ts";
import { engineGraph } from "./engine-graph.ts";
import { type Equipment, equip } from "./equipment.ts";
import { createHost } from "./host.ts";
import { notBuiltIn } from "./not-built.ts";
import type { AgentOptions } from "./options.ts";
import { lockPrefix, makePrefix } from "./prefix.ts";
import { type Assignment, Programs, type Verdict } from "./programs.ts";
import { buildReport, summarize, writeReport } from "./report.ts";
import { SharedMemory } from "./shared-memory.ts";
import type { StatusMessage } from "./status/message.ts";
import { socketName } from "./status/request.ts";
import { snapshot } from "./status/snapshot.ts";
import { StatusServer } from "./status/status-server.ts";
import { WallTime } from "./status/wall-time.ts";
import { StopLadder } from "./stop-ladder.ts";
import type { Store } from "./store/store.ts";
import { type AgentHandle, type Condition, prepareSupply, type Supply } from "./supply.ts";
import { sweepDaily } from "./sweep-daily.ts";

/**
 * Runs an agent until it is done, or told to end.
 * @returns the exit status
 * @throws DiagnosticError if the program is not sound; Error naming cause and cure if the agent cannot start
 */
export async function runAgent(options: AgentOptions): Promise<number> {
  const kinds = new Catalogue();
  const { log } = options;
  const prepared = await prepareSupply(options, kinds);
  const prefix = makePrefix(options.prefix);
  if (prefix.temporary)
    log("warn", "main", `working in the temporary directory ${prefix.path}, which nothing removes`);
  const unlock = lockPrefix(prefix.path);
  try {
    claimState(prefix.path);
    const changes = new StandardOutputQueue();
    using equipment = await equip(options, prefix.path, kinds, changes);
    await using sharing = await share(options, prefix.path);
    using memory = sharing.store && new SharedMemory(prefix.path, log);
    const agent = new Agent(options, prefix.path, kinds, sharing.world, memory, equipment);
    const status = await agent.run(await prepared(prefix.path, sharing.store));
    await Promise.all([changes.finish(), equipment.picture?.finish()]);
    return status;
  } finally {
    unlock();
  }
}

/** The world of the agent, and the store behind what is shared of it, if there is one. */
interface Sharing extends AsyncDisposable {
  readonly world: World;
  readonly store: Store | undefined;
}

async function share({ store: choice, hostname, log }: AgentOptions, prefix: string): Promise<Sharing> {
  if (choice === undefined)
    return { world: localWorld(prefix), store: undefined, [Symbol.asyncDispose]: async () => {} };
  const { openStore } = await import("./store/open-store.ts");
  const store = await openStore(choice, { hostname, prefix, log, environment: process.env });
  return {
    world: worldWith(prefix, store.world),
    store,
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** What the agent of a cluster is said to run before there is anything. */
const noProgram = "nothing yet";

/** What is applied before the first graph. */
const nothing: ResourceGraph = { resources: [], edges: [] };

class Agent {
  readonly #options: AgentOptions;
  readonly #kinds: Catalogue;
  readonly #prefix: string;
  readonly #engine: Engine;
  readonly #world: World;
  readonly #programs: Programs;
  readonly #startedAt = new Date();
  readonly #ended = Promise.withResolvers<number>();
  readonly #ladder: StopLadder;
  readonly #made = new WeakMap<object, Resource>();
  #declared = nothing;
  #converged = false;
  /** When the running graph took effect, on the engine's clock. */
  #graphSince: number | undefined;
  #status: StatusServer | undefined;

  constructor(
    options: AgentOptions,
    prefix: string,
    kinds: Catalogue,
    world: World,
    memory: SharedMemory | undefined,
    { reversals, show, metrics, picture }: Equipment,
  ) {
    const { hostname, log, noop, sema, once } = options;
    this.#options = options;
    this.#kinds = kinds;
    this.#prefix = prefix;
    this.#world = world;
    this.#engine = new Engine({
      hostname,
      prefix,
      log,
      noop,
      sema,
      world: this.#world,
      watch: !once,
      exit: (code) => this.#end(code),
      drain: drainWatches,
      reversals,
      intents: new IntentFile(join(prefix, "engine", "intents")),
      ...(options.checkInvariants ? { invariantBroken: (error) => this.#crash(error) } : {}),
      ...(show === undefined ? {} : { show }),
    });
    metrics?.observe(this.#engine);
    this.#engine.observe({
      swapped: () => {
        this.#graphSince = systemClock.now();
        picture?.draw(this.#engine, this.#declared.resources);
      },
    });
    this.#programs = new Programs({
      log,
      metrics,
      host: ({ place }, signal) =>
        createHost({
          ...{ hostname, log, signal, prefix, world },
          ...(memory === undefined ? {} : { memory }),
          ...(place === undefined ? {} : { place }),
        }),
      apply: (assignment, report) => this.#apply(assignment, report),
      judged: (verdict, upcoming) => this.#judged(verdict, upcoming),
      crash: (error) => this.#crash(error),
      changed: () => this.#status?.stir(),
    });
    this.#ladder = new StopLadder([
      () => this.#ended.resolve(0),
      () => {
        log("info", "main", "stopping what still runs; one more ^C kills it");
        this.#engine.interrupt();
      },
      () => this.#engine.kill(),
    ]);
  }

  /** What {@link Supply} is given. */
  get handle(): AgentHandle {
    return {
      assign: (assignment) => this.#programs.assign(assignment),
      dismiss: () => this.#programs.dismiss(),
      observe: (observer) => this.#engine.observe(observer),
      condition: () => this.#condition(),
    };
  }

  /** @param supply sees to it that there is a program */
  async run(supply: Supply): Promise<number> {
    const { log, convergerTimeout, noop } = this.#options;
    const engine = this.#engine;
    const stopSweeping = noop ? () => {} : sweepDaily(engine, this.#prefix, log);
    const stopLimit = this.#limitRuntime();
    const wake = keepEventLoopAsleep();
    this.#status = this.#serveStatus();
    const converger =
      convergerTimeout < 0
        ? undefined
        : new Converger(engine, convergerTimeout, (converged) => this.#onTransition(converged));
    const ends = new AbortController();
    let status: number;
    try {
      supply(this.handle, ends.signal);
      status = await this.#ended.promise;
    } finally {
      stopLimit();
      wake();
      converger?.stop();
      stopSweeping();
      ends.abort();
      this.#programs.end();
      if (engine.busy) log("info", "main", "ending as soon as what runs now is done; ^C stops it");
      await engine.stop();
      this.#status?.[Symbol.dispose]();
      this.#ladder[Symbol.dispose]();
    }
    return (await this.#report()) ? status : 1;
  }

  /** What comes next need not wait, for the engine takes graphs as they come; unless this is to end when all is done. */
  #judged(verdict: Verdict, upcoming: Promise<unknown>): Promise<void> | undefined {
    if (this.#options.once) return this.#finishIfLast(verdict, upcoming);
    if (verdict.kind === "accepted") verdict.swapped.catch((error: unknown) => this.#crash(error));
    return undefined;
  }

  async #finishIfLast(verdict: Verdict, upcoming: Promise<unknown>): Promise<void> {
    if (verdict.kind === "refused") return this.#end(1);
    await verdict.swapped;
    await this.#engine.settled();
    if (!(await comesAtOnce(upcoming))) this.#finishOnce();
  }

  #apply(assignment: Assignment, report: Report): Verdict {
    const { log } = this.#options;
    const { frontend, directory, options } = assignment;
    const problems = report.kind === "error" ? report.diagnostics : notBuiltIn(report.graph, this.#kinds);
    for (const each of problems) log("error", frontend, renderDiagnostic(each, { directory, inLog: true }));
    const why = problems.map(({ message }) => message).join("; ");
    if (report.kind === "error") return { kind: "refused", why };
    if (problems.length > 0) {
      if (this.#declared === nothing && assignment.refused === undefined) this.#end(1);
      else log("error", "main", "the new graph is refused, the one before stays");
      return { kind: "refused", why };
    }
    try {
      const graph = engineGraph(report.graph, this.#kinds, this.#made);
      const swapped = this.#engine.swap({ ...graph, ...options });
      this.#declared = report.graph;
      return { kind: "accepted", swapped };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      log("error", "engine", `the new graph is refused, the one before stays: ${error.message}`);
      return { kind: "refused", why: error.message };
    }
  }

  #condition(): Condition {
    const engine = this.#engine;
    const { resources, changed, failed, blocked } = summarize(engine.status());
    return {
      counts: { resources, changed, failed, blocked },
      settled: this.#graphSince !== undefined && !engine.busy,
      converged: this.#options.convergerTimeout < 0 ? undefined : this.#converged,
    };
  }

  /** @returns undefined if nobody will be able to ask, which is logged */
  #serveStatus(): StatusServer | undefined {
    const path = join(this.#prefix, socketName);
    const { log } = this.#options;
    const times = new WallTime();
    try {
      return new StatusServer({
        path,
        snapshot: (edges) => JSON.stringify(this.#snapshot(edges, times)),
        observe: (observer) => this.#engine.observe(observer),
        log,
      });
    } catch (error) {
      log("warn", "main", `\`mgmt status\` will not work: cannot listen on ${path}: ${explainError(error)}`);
      return undefined;
    }
  }

  #snapshot(edges: boolean, times: WallTime): StatusMessage {
    const engine = this.#engine;
    const { hostname, version, noop, convergerTimeout } = this.#options;
    return snapshot(
      {
        host: hostname,
        pid: process.pid,
        mgmt: version,
        program: this.#programs.name ?? noProgram,
        prefix: this.#prefix,
        noop,
        busy: engine.busy,
        converged: convergerTimeout < 0 ? null : this.#converged,
        problem: this.#programs.problem ?? null,
        startedAt: this.#startedAt,
        graphSince: this.#graphSince,
        vertices: engine.status(),
        edges: edges ? engine.edges() : undefined,
        declared: this.#declared.resources,
      },
      times,
    );
  }

  #finishOnce(): void {
    const { changed, failed, blocked, noop, resources } = summarize(this.#engine.status());
    const good = failed === 0 && blocked === 0;
    this.#converged = good;
    const left = this.#options.noop ? `${noop} would change` : `${changed} changed`;
    this.#options.log(
      "info",
      "main",
      `${resources} resources, ${left}, ${failed} failed, ${blocked} blocked`,
    );
    this.#end(good ? 0 : 1);
  }

  #crash(error: unknown): void {
    this.#options.log("error", "main", explainError(error));
    this.#end(1);
  }

  #end(status: number): void {
    this.#ended.resolve(status);
    this.#ladder.begin();
  }

  #onTransition(converged: boolean): void {
    const { hostname, log, convergerStatusFile, convergedExit } = this.#options;
    this.#converged = converged;
    this.#status?.stir();
    log("info", "main", converged ? "converged" : "no longer converged");
    this.#world.convergence.report(hostname, converged).catch((error: unknown) => {
      log("error", "main", `cannot tell other hosts of that: ${explainError(error)}`);
    });
    try {
      if (convergerStatusFile !== undefined) {
        appendFileSync(convergerStatusFile, `${converged}\n`, { mode: 0o600 });
      }
    } catch (error) {
      log("error", "main", `cannot write the status file ${convergerStatusFile}: ${explainError(error)}`);
      this.#end(1);
    }
    if (!converged) return;
    if (convergedExit) this.#end(0);
    else {
      void this.#report().then((written) => {
        if (!written) this.#end(1);
      });
    }
  }

  /** @returns false if it could not be written, which has been logged */
  async #report(): Promise<boolean> {
    const { report, hostname, log } = this.#options;
    if (report === undefined) return true;
    try {
      const engine = this.#engine;
      const data = buildReport({
        host: hostname,
        converged: this.#converged,
        startedAt: this.#startedAt,
        vertices: engine.status(),
        edges: engine.edges(),
        declared: this.#declared,
      });
      await writeReport(report, data);
      return true;
    } catch (error) {
      log("error", "main", `cannot write the report: ${explainError(error)}`);
      return false;
    }
  }

  #limitRuntime(): () => void {
    const { maxRuntime, log } = this.#options;
    if (maxRuntime === 0) return () => {};
    return systemClock.after(maxRuntime * 1000, () => {
      log("error", "main", `--max-runtime of ${maxRuntime} s is over`);
      this.#end(1);
    });
  }
}

/**
 * A timer that never matters. Without any timer or open watch to wait for, as when a program manages nothing that can
 * be watched, Bun's event loop goes round and round instead of sleeping.
 * @returns calls it off
 */
function keepEventLoopAsleep(): () => void {
  const timer = setInterval(() => {}, 2 ** 31 - 1);
  return () => clearInterval(timer);
}

/** Whether the program has something new to say to what was just applied. */
async function comesAtOnce(upcoming: Promise<unknown>): Promise<boolean> {
  drainWatches();
  return Promise.race([upcoming.then(() => true), aFewTurns().then(() => false)]);
}

/** A source tells of its event in one turn of the event loop, the tick follows in the next, its report after that. */
async function aFewTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
