/** What an agent counts and measures for Prometheus (engine specification, section 9). */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CheckReport, EngineObserver, FailureReport } from "../../engine/environment.ts";
import type { KindTally, Tally } from "../../engine/tally.ts";
import { addProcessMetrics } from "./process-metrics.ts";

/** The part of the engine that is measured. */
export interface Measurable {
  tally(): Tally;
  /** @returns ends it */
  observe(observer: EngineObserver): () => void;
}

const bools = ["true", "false"] as const;
/** Seconds: from a look at a file to a package that is installed. */
const checkBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300];
const repairBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300];
const swapBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];
const tickBuckets = [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

/**
 * Counters grow as the engine tells of what happens; what is so at a moment is looked up when somebody asks, and
 * so cannot drift from what is.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #kinds: readonly string[];
  #engine: Measurable | undefined;

  readonly #checks = this.#counter(
    "mgmt_checkapply_total",
    "Runs of checks. apply: it was allowed to change something; eventful: something was wrong, and is right now if apply; errorful: it failed.",
    ["kind", "apply", "eventful", "errorful"],
  );
  readonly #failures = this.#counter(
    "mgmt_failures_total",
    "Failures since the agent started. soft: it tries again by itself; hard: it does not.",
    ["kind", "failure"],
  );
  readonly #resources = this.#gauge(
    "mgmt_resources",
    "Resources of the running graph, members of groups included.",
    ["kind"],
  );
  readonly #failing = this.#gauge(
    "mgmt_failures",
    "Resources that are failing now. soft: they will try again; hard: they have failed for good.",
    ["kind", "failure"],
  );
  readonly #blocked = this.#gauge(
    "mgmt_blocked_resources",
    "Resources that cannot run because others have failed for good.",
    ["kind"],
  );
  readonly #queued = this.#gauge(
    "mgmt_queue_length",
    "Resources that may run and wait for their turn, or for semaphores.",
  );
  readonly #running = this.#gauge("mgmt_running_checks", "Checks that are under way.");
  readonly #graphStart = this.#gauge(
    "mgmt_graph_start_time_seconds",
    "When the running graph took effect, in seconds since 1970; 0 before the first.",
  );
  readonly #checkDuration = this.#histogram(
    "mgmt_check_duration_seconds",
    "Duration of checks that changed nothing.",
    checkBuckets,
    ["kind"],
  );
  readonly #applyDuration = this.#histogram(
    "mgmt_apply_duration_seconds",
    "Duration of checks that made something right.",
    checkBuckets,
    ["kind"],
  );
  readonly #repairDuration = this.#histogram(
    "mgmt_repair_duration_seconds",
    "From the event that told of a change to the end of the check that made it right again.",
    repairBuckets,
    ["kind"],
  );
  readonly #swapDuration = this.#histogram(
    "mgmt_graph_swap_duration_seconds",
    "How long it takes until a new graph is in effect: what left has ended, what is new is open.",
    swapBuckets,
  );
  readonly #tickDuration = this.#histogram(
    "mgmt_dataflow_tick_duration_seconds",
    "Duration of ticks, in which a program computes what depends on a change. The first includes building its graph of functions.",
    tickBuckets,
  );

  /** @param kinds all kinds there are: the counters of each begin at 0 */
  constructor(kinds: readonly string[], version: string) {
    this.#kinds = kinds;
    this.#gauge("mgmt_build_info", "Always 1; its label is the version of the agent.", ["version"]).set(
      { version },
      1,
    );
    for (const kind of kinds) {
      for (const apply of bools)
        for (const eventful of bools)
          for (const errorful of bools) this.#checks.inc({ kind, apply, eventful, errorful }, 0);
      for (const failure of ["soft", "hard"]) this.#failures.inc({ kind, failure }, 0);
    }
    addProcessMetrics(this.#registry);
  }

  /** The type of {@link text}, for HTTP. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Measures an engine from now on, for good. */
  observe(engine: Measurable): void {
    this.#engine = engine;
    engine.observe({
      checked: (report) => this.#checked(report),
      failed: (report) => this.#failed(report),
      swapped: (duration) => {
        this.#graphStart.set(Date.now() / 1000);
        this.#swapDuration.observe(duration / 1000);
      },
    });
  }

  /** Calls something that is a tick, or has one in it, and measures it. */
  tick<T>(work: () => T): T {
    const end = this.#tickDuration.startTimer();
    try {
      return work();
    } finally {
      end();
    }
  }

  /** All of it, in the format that Prometheus reads. */
  text(): Promise<string> {
    this.#lookUp();
    return this.#registry.metrics();
  }

  #checked({ kind, apply, changed, failed, duration, repairedAfter }: CheckReport): void {
    this.#checks.inc({ kind, apply: `${apply}`, eventful: `${changed}`, errorful: `${failed}` });
    const histogram = apply && changed ? this.#applyDuration : this.#checkDuration;
    histogram.observe({ kind }, duration / 1000);
    if (repairedAfter !== undefined) this.#repairDuration.observe({ kind }, repairedAfter / 1000);
  }

  #failed({ kind, final }: FailureReport): void {
    this.#failures.inc({ kind, failure: final ? "hard" : "soft" });
  }

  #lookUp(): void {
    const tally = this.#engine?.tally() ?? { kinds: new Map<string, KindTally>(), queued: 0, running: 0 };
    for (const kind of this.#kinds) {
      const { resources = 0, retrying = 0, failed = 0, blocked = 0 } = tally.kinds.get(kind) ?? {};
      this.#resources.set({ kind }, resources);
      this.#failing.set({ kind, failure: "soft" }, retrying);
      this.#failing.set({ kind, failure: "hard" }, failed);
      this.#blocked.set({ kind }, blocked);
    }
    this.#queued.set(tally.queued);
    this.#running.set(tally.running);
  }

  #counter<const L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<const L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<const L extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.#registry] });
  }
}
