import { printKey } from "../../lang/output/resource-graph.ts";
import { explainError } from "../os/errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { EngineEnvironment, EngineObserver } from "./environment.ts";
import { Exporter } from "./exporter.ts";
import { type EngineGraph, type PlannedGraph, planGraph } from "./graph.ts";
import { Intents } from "./intents.ts";
import { Invariants } from "./invariants.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Observers } from "./observers.ts";
import { SlicedPace } from "./pace.ts";
import type { Part } from "./part.ts";
import { endsWithin, patience } from "./patience.ts";
import { type Planned, replan } from "./replan.ts";
import type { Resource } from "./resource.ts";
import { Reversals } from "./reversals.ts";
import { Runner } from "./runner.ts";
import { Scheduler } from "./scheduler.ts";
import { Semaphores } from "./semaphores.ts";
import type { PartOfVertex } from "./send-receive.ts";
import { type EdgeStatus, edgesOf, statusOf, type VertexStatus } from "./status.ts";
import { compareGraphs, type GraphDifference } from "./swap.ts";
import { type Tally, tallyOf } from "./tally.ts";
import { type Successor, Vertex, type VertexOptions } from "./vertex.ts";
import { Watching } from "./watching.ts";

/**
 * Applies resource graphs and keeps them applied. One graph runs at a time; it starts out empty.
 *
 * Everything happens on one thread, driven by events: nothing is polled, and what is at rest costs nothing.
 */
export class Engine {
  readonly #clock: Clock;
  readonly #observers = new Observers();
  readonly #scheduler: Scheduler;
  readonly #watching: Watching;
  readonly #runner: Runner;
  readonly #lifecycle: Lifecycle;
  readonly #exporter: Exporter;
  readonly #intents: Intents;
  readonly #reversals: Reversals;
  /** As it was asked for last. */
  #graph: EngineGraph = { resources: [], edges: [] };
  /** What holds for all vertices of the running graph. */
  #options: VertexOptions;
  /** By id, each after its predecessors. */
  #vertices: ReadonlyMap<string, Vertex> = new Map();
  /** Vertices of former graphs that have not ended yet. */
  readonly #ending = new Map<Vertex, Promise<void>>();
  /** The same, by the places they hold as long as they last: see {@link placesOf}. */
  readonly #taken = new Map<string, Set<Vertex>>();
  #kinds: ReadonlyMap<string, readonly Part[]> | undefined;
  /** By key: members of groups, each with the vertex that does its work. */
  #heads: ReadonlyMap<string, PartOfVertex> = new Map();
  /** A graph that waits for `Meta:realize`: for these vertices, which it does without. */
  #held:
    | {
        readonly graph: EngineGraph;
        plan: PlannedGraph;
        awaited: readonly Vertex[];
        readonly installed: PromiseWithResolvers<void>;
      }
    | undefined;
  #pruned: Promise<void> = Promise.resolve();
  /** Calls off the wait for a store that is away. */
  #pruneAgain: (() => void) | undefined;
  #planned: Planned | undefined;
  /** There are vertices with `Meta:realize`. */
  #awaits = false;
  #hasForgotten = false;
  #stopping: Promise<void> | undefined;
  readonly #interrupted = Promise.withResolvers<void>();
  #settled: PromiseWithResolvers<void> | undefined;
  /** The last words of an engine that was stopped. */
  #last: { readonly status: readonly VertexStatus[]; readonly edges: readonly EdgeStatus[] } | undefined;

  /** @throws Error naming cause and cure if what an earlier process left cannot be read */
  constructor(readonly environment: EngineEnvironment) {
    this.#intents = new Intents(environment.noop ? undefined : environment.intents, (error) =>
      environment.log(
        "error",
        "engine",
        `what is owed does not outlive this process: ${explainError(error)}`,
      ),
    );
    this.#clock = environment.clock ?? systemClock;
    this.#options = this.#optionsOf(this.#graph);
    this.#scheduler = new Scheduler(
      environment.pace ?? new SlicedPace(),
      (vertex) => this.#runner.run(vertex),
      () => {
        this.#scheduler.invariants?.settled();
        this.#forgetStrangers();
        this.#settled?.resolve();
        this.#settled = undefined;
        this.#observers.settled();
      },
      () => {
        this.#observers.stirred();
        if (this.#held !== undefined) queueMicrotask(() => this.#installHeld());
      },
    );
    const semaphores = new Semaphores();
    if (environment.invariantBroken !== undefined) {
      const examined = {
        intents: this.#intents,
        semaphores,
        vertices: () => this.#vertices,
        halted: () => this.#scheduler.halted,
      };
      this.#scheduler.invariants = new Invariants(examined, (error) => {
        this.interrupt();
        environment.invariantBroken?.(error);
      });
    }
    this.#watching = new Watching(environment, this.#clock, this.#scheduler, this.#observers, {
      onFailure: (vertex, message) => this.#runner.failForGood(vertex, message),
      onEventAfterFailure: (vertex) => this.#runner.eventAfterFailure(vertex),
    });
    this.#exporter = new Exporter(environment);
    this.#reversals = new Reversals(environment);
    this.#runner = new Runner(
      environment,
      this.#clock,
      this.#scheduler,
      this.#watching,
      semaphores,
      this.#exporter,
      this.#intents,
      this.#observers,
      {
        find: (id) => this.#vertices.get(id),
        findPart: (key) => this.#partOf(key),
        restart: (vertex) => this.#lifecycle.restart(vertex),
        applied: (vertex) => this.#applied(vertex),
      },
    );
    this.#lifecycle = new Lifecycle(
      environment,
      this.#clock,
      this.#scheduler,
      this.#watching,
      this.#runner,
      this.#reversals,
      (vertex) => this.#peersOf(vertex),
    );
  }

  /** Something is still to do; see {@link settled}. */
  get busy(): boolean {
    return this.#scheduler.busy;
  }

  /** @returns ends it */
  observe(observer: EngineObserver): () => void {
    return this.#observers.add(observer);
  }

  /**
   * Makes `graph` the one that runs. Resources that both graphs have, with equal parameters, metaparameters and kind, go
   * on undisturbed, and nothing new waits for what leaves, except for what takes its place. The graph waits while
   * resources with `Meta:realize` that it does without can still be applied for the first time, and is dropped if
   * another one comes meanwhile.
   *
   * @returns resolves when everything that left has ended and everything new is open, or has failed to open
   * @throws GraphError at once, and leaves the running graph as it is, if the new one cannot be run
   */
  swap(graph: EngineGraph): Promise<void> {
    const plan = this.#plan(this.#reversals.complete(graph));
    if (this.#stopping !== undefined) throw new Error("the engine has been stopped and takes no graph");
    this.#graph = graph;
    const awaited = this.#awaits
      ? this.#compare(plan, this.#optionsOf(graph)).ended.filter(mayBeRealized)
      : [];
    if (awaited.length > 0) {
      const names = awaited.map(({ key }) => key).join(", ");
      this.environment.log(
        "info",
        "engine",
        `a new graph waits until ${names} was applied once (Meta:realize)`,
      );
    }
    if (this.#held === undefined) this.#scheduler.begin();
    const installed = this.#held?.installed ?? Promise.withResolvers<void>();
    this.#held = { graph, plan, awaited, installed };
    this.#installHeld();
    return installed.promise;
  }

  /**
   * Resolves when nothing is left to do: nothing runs, may run, or waits for a retry, a rate limit or its watch. What
   * is blocked by failures counts as done.
   */
  settled(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }

  /** All resources of the running graph, sorted by key; those it had last, once the engine was stopped. */
  status(): readonly VertexStatus[] {
    return this.#last?.status ?? statusOf(this.#vertices.values());
  }

  /** All edges of the running graph, automatic ones included, sorted by keys. */
  edges(): readonly EdgeStatus[] {
    return this.#last?.edges ?? edgesOf(this.#vertices.values());
  }

  /** How many resources are in what condition, by kind: cheaper than {@link status}. */
  tally(): Tally {
    return tallyOf(this.#vertices.values());
  }

  /** Orderly end: nothing new starts, running checks finish, then watches end and everything is released. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Makes haste: nothing new starts, and running checks are told to give up. For good. */
  interrupt(): void {
    this.#runner.halt(this.#vertices.values());
    for (const vertex of this.#all()) vertex.attempt?.abort("interrupted");
    this.#interrupted.resolve();
  }

  /** Makes resources let go of what {@link interrupt} did not reach. */
  kill(): void {
    for (const vertex of this.#all()) this.#lifecycle.interrupt(vertex);
  }

  *#all(): Iterable<Vertex> {
    yield* this.#vertices.values();
    yield* this.#ending.keys();
  }

  #plan(graph: EngineGraph): PlannedGraph {
    const replanned = this.#planned && replan(this.#planned, graph);
    const plan =
      replanned ??
      planGraph(graph, (member, head) =>
        this.environment.log("debug", "engine", `autogroup: ${member.key} into ${head.key}`),
      );
    this.#planned = { graph, plan };
    return plan;
  }

  /** Installs the graph that waits, as soon as it may. */
  #installHeld(): void {
    const held = this.#held;
    if (held === undefined) return;
    const hasWaited = held.awaited.length > 0;
    held.awaited = held.awaited.filter(mayBeRealized);
    if (held.awaited.length > 0) return;
    this.#held = undefined;
    // What was applied meanwhile, and is to leave now, has to be undone as well.
    if (hasWaited) held.plan = this.#plan(this.#reversals.complete(held.graph));
    held.installed.resolve(
      this.#install(held.plan, this.#optionsOf(held.graph)).finally(() => this.#scheduler.end()),
    );
  }

  /** Kept vertices see the new edges at once; new ones hold back their successors from then on, opened or not. */
  async #install(plan: PlannedGraph, options: VertexOptions): Promise<void> {
    const began = this.#clock.now();
    const { places, ended } = this.#compare(plan, options);
    const hasOtherSemaphore = this.#options.semaphore !== options.semaphore;
    this.#options = options;
    const made = new Set<Vertex>();
    const altered: Vertex[] = [];
    /** Into noop mode, or out of it. */
    const moved: Vertex[] = [];
    const vertices = places.map(({ node, kept, replaced }) => {
      if (kept === undefined) {
        const vertex = new Vertex(node, options, began, replaced);
        if (replaced === undefined) vertex.retries.used = this.#intents.retries(vertex.id);
        else this.#intents.useRetries(vertex.id, vertex.retries.used);
        made.add(vertex);
        return vertex;
      }
      if (kept.adopt(node).altered) {
        altered.push(kept);
        this.#scheduler.invariants?.needsCheck(kept, "has other parameters");
      }
      if (kept.follow(options)) {
        moved.push(kept);
        this.#scheduler.invariants?.needsCheck(kept, "may be changed, or not any more");
      }
      return kept;
    });
    this.#connect(plan, vertices);
    if (made.size > 0 || ended.length > 0 || moved.length > 0) this.#observers.disturbed();
    this.#noticePeers(vertices, made, ended);
    for (const vertex of made) {
      this.#takeUp(vertex);
      this.#scheduler.invariants?.made(vertex);
    }
    for (const { id } of ended) if (!this.#vertices.has(id)) this.#intents.forget(id);
    for (const vertex of [...vertices, ...ended]) if (!made.has(vertex)) this.#runner.edgesChanged(vertex);
    for (const vertex of altered) this.#watching.restart(vertex);
    if (hasOtherSemaphore) {
      for (const vertex of vertices) if (!made.has(vertex)) this.#runner.semaphoresChanged(vertex);
    }
    const changes = this.#endAll(ended);
    for (const vertex of moved) this.#runner.giveNewChance(vertex, "something else may be done about it");
    for (const vertex of vertices) this.#scheduler.consider(vertex);
    for (const vertex of made.size > 0 ? this.#vertices.values() : []) {
      if (!made.has(vertex)) continue;
      const opening = this.#openInPlace(vertex);
      if (opening !== undefined) changes.push(opening);
    }
    this.environment.log(
      "info",
      "engine",
      `graph of ${count(vertices)} resources and ${plan.edges.length} edges: ${count(made)} new, ${count(ended)} gone`,
    );
    this.#prune();
    await Promise.all([...changes, this.#pruned]);
    this.#observers.swapped(this.#clock.now() - began);
  }

  /** Withdraws what is exported no more, again and again while the store is away. */
  #prune(): void {
    this.#pruneAgain?.();
    this.#pruneAgain = undefined;
    this.#pruned = this.#pruned.then(async () => {
      const isDone = await this.#exporter.prune(() =>
        this.#stopping === undefined && !this.#options.noop ? this.#vertices : undefined,
      );
      if (isDone || this.#stopping !== undefined || !this.environment.watch) return;
      this.#pruneAgain ??= this.#clock.after(patience.storeAway, () => this.#prune());
    });
  }

  /** What was not kept for an undoing, because nothing was to be changed, is kept when a vertex is opened anew. */
  #compare(plan: PlannedGraph, options: VertexOptions): GraphDifference {
    const leavesNoop = this.#options.noop && !options.noop;
    return compareGraphs(
      this.#vertices,
      plan,
      (vertex) => !leavesNoop || vertex.meta.noop || !this.#reversals.concerns(vertex),
    );
  }

  /** The environment's, made stricter by those of the graph. */
  #optionsOf({ noop = false, sema = 0 }: EngineGraph): VertexOptions {
    const limits = [this.environment.sema, sema].filter((limit) => limit > 0);
    return {
      noop: this.environment.noop || noop,
      semaphore: limits.length > 0 ? `:${Math.min(...limits)}` : undefined,
    };
  }

  /** What an earlier process owed, or the vertex that was replaced. */
  #takeUp(vertex: Vertex): void {
    if (!vertex.notified && !this.#intents.owes(vertex.id)) return;
    vertex.notified = vertex.heedsNotifications;
    if (vertex.notified) this.#intents.owe(vertex.id);
    else this.#intents.pay(vertex.id);
  }

  /** What an earlier process owed to resources that no graph has. Those of a graph that comes late are not waited for. */
  #forgetStrangers(): void {
    if (this.#hasForgotten || this.#vertices.size === 0) return;
    this.#hasForgotten = true;
    for (const id of this.#intents.ids()) if (!this.#vertices.has(id)) this.#intents.forget(id);
  }

  /** What has undone something leaves the graph, for it is not to be kept so; without watches nothing is. */
  #applied(vertex: Vertex): void {
    if (!this.#reversals.applied(vertex) || !this.environment.watch) return;
    queueMicrotask(() => {
      if (this.#stopping === undefined) void this.swap(this.#graph);
    });
  }

  /** Opens a vertex, as soon as what it takes the place of has ended. */
  #openInPlace(vertex: Vertex): Promise<void> | undefined {
    this.#scheduler.count(vertex);
    const before = placesOf(vertex).flatMap((place) =>
      [...(this.#taken.get(place) ?? [])].map((each) => this.#ending.get(each)),
    );
    if (before.length === 0) return this.#lifecycle.open(vertex);
    return Promise.all(before).then(async () => {
      if (vertex.phase === "closed" && this.#stopping === undefined) await this.#lifecycle.open(vertex);
    });
  }

  /** Gives all vertices their edges and wires, and makes them the running graph. */
  #connect(plan: PlannedGraph, vertices: readonly Vertex[]): void {
    const predecessors = new Map<Vertex, Vertex[]>();
    const successors = new Map<Vertex, Successor[]>();
    const receivers = new Map<Vertex, Vertex[]>();
    for (const { from, to, notify, auto } of plan.edges) {
      const before = vertices[from];
      const after = vertices[to];
      if (before === undefined || after === undefined) continue;
      append(successors, before, { vertex: after, notify, auto });
      append(predecessors, after, before);
    }
    const running = new Map<string, Vertex>();
    for (const index of plan.order) {
      const vertex = vertices[index];
      if (vertex !== undefined) running.set(vertex.id, vertex);
    }
    this.#scheduler.forgetWaiting(vertices);
    this.#vertices = running;
    this.#heads = headsOf(vertices);
    this.#awaits = vertices.some(({ meta }) => meta.realize);
    this.#kinds = undefined;
    for (const vertex of vertices) {
      if (!vertex.receivesAny) continue;
      const senders = new Set<Vertex>();
      for (const { receives } of vertex.parts()) {
        for (const wire of receives.values()) {
          const sender = this.#partOf(printKey(wire))?.vertex;
          if (sender !== undefined) senders.add(sender);
        }
      }
      for (const sender of senders) append(receivers, sender, vertex);
    }
    for (const vertex of vertices) {
      vertex.predecessors = predecessors.get(vertex) ?? none;
      vertex.successors = successors.get(vertex) ?? none;
      vertex.receivers = receivers.get(vertex) ?? none;
    }
  }

  #partOf(key: string): PartOfVertex | undefined {
    const vertex = this.#vertices.get(key);
    return vertex === undefined ? this.#heads.get(key) : { part: vertex, vertex };
  }

  /** Who looked at its peers has to look again when they are others. */
  #noticePeers(vertices: readonly Vertex[], made: ReadonlySet<Vertex>, ended: readonly Vertex[]): void {
    const changed = new Set<string>();
    for (const vertex of [...made, ...ended])
      for (const { declared } of vertex.parts()) changed.add(declared.kind);
    for (const vertex of vertices) {
      if (vertex.usesPeers && changed.has(vertex.declared.kind)) this.#watching.event(vertex);
    }
  }

  #peersOf(vertex: Vertex): readonly Resource[] {
    if (this.#kinds === undefined) {
      const visible = [...this.#vertices.values()].filter(({ meta }) => !meta.hidden);
      const parts = visible.flatMap((each) => [...each.parts()]);
      this.#kinds = Map.groupBy(parts, ({ declared }) => declared.kind);
    }
    const kind = this.#kinds.get(vertex.declared.kind) ?? [];
    return kind.filter((other) => other !== vertex).map(({ current }) => current);
  }

  #endAll(vertices: readonly Vertex[]): Promise<void>[] {
    const ends: Promise<void>[] = [];
    for (const vertex of vertices) {
      const end = this.#lifecycle.end(vertex);
      if (end === undefined) continue;
      const places = placesOf(vertex);
      for (const place of places) {
        const holders = this.#taken.get(place);
        if (holders === undefined) this.#taken.set(place, new Set([vertex]));
        else holders.add(vertex);
      }
      const ended = end.then(() => {
        this.#ending.delete(vertex);
        for (const place of places) {
          const holders = this.#taken.get(place);
          holders?.delete(vertex);
          if (holders?.size === 0) this.#taken.delete(place);
        }
      });
      this.#ending.set(vertex, ended);
      ends.push(ended);
    }
    return ends;
  }

  async #stop(): Promise<void> {
    this.#pruneAgain?.();
    this.#held?.installed.resolve();
    this.#held = undefined;
    this.#runner.halt(this.#vertices.values());
    const checks: Promise<void>[] = [];
    for (const { phase, attempt } of this.#vertices.values()) {
      if (phase === "running" && attempt !== undefined) checks.push(attempt.whenReturned);
    }
    if (checks.length > 0) {
      const finished = endsWithin(this.#clock, patience.stopping, Promise.all(checks));
      await Promise.race([finished, this.#interrupted.promise]);
    }
    this.#last = { status: this.status(), edges: this.edges() };
    this.#endAll([...this.#vertices.values()].reverse());
    const ended = Promise.all(this.#ending.values());
    const hurried = this.#interrupted.promise.then(() =>
      endsWithin(this.#clock, patience.interrupted + patience.letGo, ended),
    );
    await Promise.race([ended, hurried]);
    this.#vertices = new Map();
  }
}

const none: readonly never[] = [];

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** How many resources vertices stand for. */
function count(vertices: Iterable<Vertex>): number {
  let sum = 0;
  for (const vertex of vertices) for (const _ of vertex.parts()) sum++;
  return sum;
}

function headsOf(vertices: readonly Vertex[]): ReadonlyMap<string, PartOfVertex> {
  const heads = new Map<string, PartOfVertex>();
  for (const vertex of vertices) {
    if (vertex.members.length === 0) continue;
    for (const part of vertex.parts()) heads.set(part.key, { part, vertex });
  }
  return heads;
}

/** What a vertex occupies, so that nobody else can before it has ended: its names, and those of its members. */
function placesOf(vertex: Vertex): readonly string[] {
  if (vertex.members.length === 0) return [vertex.id, ...vertex.current.identities];
  return [vertex.id, ...[...vertex.parts()].flatMap(({ key, current }) => [key, ...current.identities])];
}

/** Whether a vertex that shall be applied before it leaves is still on its way to that. */
function mayBeRealized(vertex: Vertex): boolean {
  if (!vertex.meta.realize || vertex.succeeded || vertex.phase === "ended") return false;
  const ancestors = new Set([vertex]);
  for (const each of ancestors) {
    if (each.stuck || each.error !== undefined) return false;
    for (const predecessor of each.predecessors) ancestors.add(predecessor);
  }
  return true;
}
