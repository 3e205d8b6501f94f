import { printKey } from "../../../lang/output/resource-graph.ts";
import { Converger } from "../../../src/engine/converger.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { IntentStore } from "../../../src/engine/intents.ts";
import type { Resource, Watch } from "../../../src/engine/resource.ts";
import type { ReversalStore } from "../../../src/engine/reversals.ts";
import type { VertexState } from "../../../src/engine/status.ts";
import type { ExportKey, ExportRecord, ExportStore } from "../../../src/world/export-store.ts";
import { localWorld } from "../../../src/world/local.ts";
import type { Chance } from "./chance.ts";
import type { Machine } from "./machine.ts";
import type { Nature } from "./nature.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedResource } from "./simulated-resource.ts";
import type { AskedGraph, EngineView, HeardRun, Truth } from "./truth.ts";

const world = localWorld("/nonexistent");
const host = "h1";
/** Seconds of quiet until a machine counts as converged. */
const quietSeconds = 2;

/** Something that comes about when the simulation says so. */
export interface Turn {
  readonly what: string;
  readonly take: () => void;
}

/** A watch that goes on. */
export interface OpenWatch {
  readonly watch: Watch;
  ready: boolean;
  readonly fail: (error: Error) => void;
}

/**
 * One process on the simulated host: an engine, and what it has of the machine. It can die at any moment; whatever the
 * engine does from then on has no effect.
 */
export class Life implements EngineView {
  alive = true;
  readonly clock = new SimulatedClock();
  readonly engine: Engine;
  readonly turns: Turn[] = [];
  /** By the name of a resource, or of a member of its group. */
  readonly watches = new Map<string, OpenWatch>();
  /** By name: how often it is open, or being opened or cleaned up. */
  readonly open = new Map<string, number>();
  /** The names of what the engine was given, and has not asked to clean up. */
  readonly held = new Set<{ readonly name: string }>();
  asked: AskedGraph = { natures: new Map(), edges: [], senders: new Map() };
  /** Swaps that have not been completed. */
  swapping = 0;
  stopping = false;
  /** The graph that runs; the one that was asked for may have to wait. */
  #running = this.asked;
  readonly #untold: [name: string, open: OpenWatch][] = [];
  readonly #converger: Converger;
  #converged = false;
  #disturbedAt = 0;
  /** The names of those that have failed for good. */
  readonly #failures = new Set<string>();
  /** Its check has failed just now. */
  #failing: string | undefined;
  /** So many more writes of any kind, and it dies. */
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor(
    readonly machine: Machine,
    readonly truth: Truth,
    readonly chance: Chance,
    readonly write: (line: string) => void,
  ) {
    this.engine = new Engine({
      hostname: host,
      prefix: "/nonexistent",
      world: { ...world, exports: this.#exports() },
      log: (level, origin, message) => this.#logged(level, origin, message),
      exit: () => undefined,
      drain: () => this.tellEvents(),
      noop: false,
      sema: -1,
      watch: true,
      clock: this.clock,
      pace: {
        mayGoOn: () => this.chance.percent(90),
        afterOthers: (callback) => this.later("go on", callback),
      },
      intents: this.#intents(),
      reversals: this.#reversals(),
      invariantBroken: ({ message }) => {
        if (this.alive) this.truth.violated(message);
      },
    });
    this.engine.observe({
      checked: ({ name, apply, changed, failed, late }) => {
        if (!this.alive) return;
        if (late) this.truth.heardLate(name);
        else if (failed) this.#expectReason(name);
        else this.#ran({ name, apply, changed, error: undefined, final: true });
      },
      failed: ({ name, message, final }) => {
        if (!this.alive || this.#failing !== name) return;
        this.#ran({ name, apply: true, changed: false, error: message, final });
      },
      settled: () => {
        if (!this.alive) return;
        this.write("settled");
        this.truth.settled();
      },
    });
    this.#converger = new Converger(
      this.engine,
      quietSeconds,
      (converged) => this.#onTransition(converged),
      this.clock,
    );
  }

  get converged(): boolean {
    return this.#converged;
  }

  /** Something will come about later, when it has its turn. */
  later(what: string, take: () => void): void {
    this.turns.push({ what, take });
  }

  takeTurn(turn: Turn): void {
    this.turns.splice(this.turns.indexOf(turn), 1);
    this.write(turn.what);
    turn.take();
  }

  swap(asked: AskedGraph): void {
    this.asked = asked;
    const names = [...asked.natures.keys()];
    const position = new Map(names.map((name, index) => [name, index]));
    const at = (name: string): number => position.get(name) ?? -1;
    const graph = {
      resources: [...asked.natures.values()].map((nature) => this.#resource(nature)),
      edges: asked.edges.map(({ from, to, notify }) => ({ from: at(from), to: at(to), notify })),
    };
    this.swapping++;
    this.engine.swap(graph).then(
      () => {
        this.swapping--;
        if (this.alive) this.write("swapped");
      },
      (error: unknown) => this.truth.violated(`a swap failed: ${error}`),
    );
  }

  /** The thing of a resource is no longer as it was, and its watch will tell. */
  happens(name: string): void {
    const open = this.watches.get(name);
    if (open !== undefined) this.#untold.push([name, open]);
  }

  /** Nothing that has happened is still to be told. */
  get isTold(): boolean {
    return this.#untold.length === 0;
  }

  /** Tells of everything that has happened. */
  tellEvents(): void {
    if (!this.alive) return;
    for (const [name, open] of this.#untold.splice(0)) {
      // Before a watch is ready it need not tell, for a check follows; when it has ended it cannot.
      if (this.watches.get(name) !== open || !open.ready) continue;
      this.write(`event of ${name}`);
      this.truth.told(name);
      open.watch.changed();
    }
  }

  /** It dies, without a chance to do anything about it. */
  die(): void {
    this.alive = false;
    this.#converger.stop();
  }

  dieAfterWrites(count: number): void {
    this.#writesLeft = count;
  }

  edges(): ReturnType<Engine["edges"]> {
    return this.engine.edges();
  }

  groups(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.engine.status().map(({ name, group }) => [name, group.map((member) => member.name)]));
  }

  states(): ReadonlyMap<string, VertexState> {
    return new Map(this.engine.status().map(({ name, state }) => [name, state]));
  }

  /**
   * The process writes something. It may be its last act, with or without success.
   * @returns whether it is written
   */
  #writes(what: string): boolean {
    if (!this.alive) return false;
    this.write(what);
    if (--this.#writesLeft > 0) return true;
    this.write("dies at that");
    this.die();
    return this.chance.percent(50);
  }

  #resource(nature: Nature): Resource {
    return new SimulatedResource(nature, this.asked.senders.get(nature.name), this);
  }

  #logged(level: string, origin: string, message: string): void {
    if (!this.alive) return;
    this.write(`${level} ${origin}: ${message}`);
    if (origin === "engine" && message.startsWith("graph of ")) {
      if (!message.endsWith(": 0 new, 0 gone")) this.#disturbedAt = this.clock.now();
      if (this.stopping) return;
      this.#running = this.asked;
      this.truth.installed(this.asked);
    } else if (/left behind|no answer|did not stop/.test(message)) {
      // With all members of its group, which it may not have any more.
      for (const name of this.open.keys()) this.truth.leftBehind.add(name);
    }
  }

  /** A failed check is told of first, and then, at once, why, unless something excuses it; other failures have no check. */
  #expectReason(name: string): void {
    this.#failing = name;
    queueMicrotask(() => {
      this.#failing = undefined;
    });
  }

  #ran(run: HeardRun): void {
    this.write(`ran ${run.name}${run.changed ? ", changed" : ""} ${run.error ?? ""}`);
    this.#noticeDisturbance(run);
    this.truth.ran(run);
  }

  /** Failing once more when it has failed for good may be nothing new. */
  #noticeDisturbance({ name, changed, apply, error, final }: HeardRun): void {
    if (error !== undefined && this.#failures.has(name)) return;
    if (error === undefined) this.#failures.delete(name);
    else if (final) this.#failures.add(name);
    if (error !== undefined || (changed && apply)) this.#disturbedAt = this.clock.now();
  }

  #onTransition(converged: boolean): void {
    if (!this.alive) return;
    this.write(converged ? "converged" : "no longer converged");
    if (converged === this.#converged) this.truth.violated("the converger says the same twice");
    this.#converged = converged;
    if (!converged) return;
    if (this.engine.busy) this.truth.violated("converged while something is left to do");
    if (this.clock.now() < this.#disturbedAt + quietSeconds * 1000)
      this.truth.violated("converged too early");
  }

  #intents(): IntentStore {
    const { machine } = this;
    const keep = (lines: readonly string[]): void => {
      if (!this.alive) return;
      machine.intentsIntact = false;
      if (machine.intentsFail) throw new Error("no space left on device");
      if (!this.#writes(`write ${lines.at(-1)}`)) return;
      machine.intents = lines;
      machine.intentsIntact = true;
    };
    return {
      load: () => machine.intents,
      append: (line) => keep([...machine.intents, line]),
      replace: keep,
    };
  }

  #reversals(): ReversalStore {
    const { machine } = this;
    const resources = new Map<string, Resource>();
    for (const nature of machine.reversals.values()) {
      const resource = new SimulatedResource(nature, undefined, this);
      resources.set(printKey(resource), resource);
    }
    return {
      all: resources,
      put: (reversal) => {
        const { name } = reversal;
        if (resources.has(printKey(reversal))) this.truth.violated(`the original of ${name} is overwritten`);
        if (!this.#writes(`keep the original of ${name}`) || !(reversal instanceof SimulatedResource)) return;
        resources.set(printKey(reversal), reversal);
        machine.reversals.set(name, reversal.nature);
        machine.originals.set(name, reversal.nature.wants);
      },
      remove: (reversal) => {
        const { name } = reversal;
        if (!this.#writes(`forget the original of ${name}`)) return;
        const original = machine.originals.get(name);
        const isNoLongerWanted = this.asked.natures.has(name) || this.#running.natures.has(name);
        if (!isNoLongerWanted && machine.thing(name).value !== original)
          this.truth.violated(
            `${name} was ${original}, and is ${machine.thing(name).value} when it is undone`,
          );
        resources.delete(printKey(reversal));
        machine.reversals.delete(name);
        machine.originals.delete(name);
      },
    };
  }

  #put(record: ExportRecord): boolean {
    const changed = this.machine.put(record);
    if (changed) this.truth.exportChanged(record.name);
    return changed;
  }

  #exports(): ExportStore {
    const { machine } = this;
    /** Takes effect at once, or when the answer comes. */
    const change = <T>(what: string, effect: () => T, otherwise: T): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const isLate = this.chance.percent(50);
      const act = (): T => {
        if (machine.exportsFail) throw new Error("the store does not answer");
        return this.#writes(what) ? effect() : otherwise;
      };
      const answer = (): void => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      };
      if (!isLate) {
        answer();
        return promise;
      }
      this.later(`answer: ${what}`, answer);
      return promise;
    };
    return {
      put: (record: ExportRecord) =>
        change(`export ${record.name} to ${record.to}`, () => this.#put(record), false),
      withdraw: (key: ExportKey) =>
        change(`withdraw ${key.name} to ${key.to}`, () => machine.withdraw(key), false),
      list: (from) =>
        change("list exports", () => [...machine.exports.values()].filter((each) => each.from === from), []),
      follow: () => undefined,
    };
  }
}
