import { settingsOf } from "../../lang/meta.ts";
import { explainError } from "../os/errors.ts";
import { type ExportKey, exportKeyText } from "../world/export-store.ts";
import { inTurnByKey } from "../world/in-turn.ts";
import type { Clock } from "./clock.ts";
import type { EngineEnvironment } from "./environment.ts";
import { patience } from "./patience.ts";
import type { Vertex } from "./vertex.ts";

/** What the exporter asks of the engine. */
export interface ExporterLinks {
  /** By id: the graph as it is; undefined while, or once, nothing is to be withdrawn. */
  running(): ReadonlyMap<string, Vertex> | undefined;
  /** Has a vertex run, for what it exports is not as it should be. */
  again(vertex: Vertex, reason: string): void;
}

/**
 * Keeps what this host exports (engine specification, 5.5): a resource is put into the world's store in its run, and
 * withdrawn once no graph has it any more. What an earlier process left there is withdrawn likewise. Nothing is
 * withdrawn when the agent ends. What the store refuses or does not answer is tried again, less and less often.
 */
export class Exporter {
  readonly #environment: EngineEnvironment;
  readonly #clock: Clock;
  readonly #links: ExporterLinks;
  /** What this host has in the store, by key text; all of it once the store has been asked. */
  readonly #published = new Map<string, ExportKey>();
  #hasAsked = false;
  /** By key text: a record is changed by one at a time, and what was asked for last is done last. */
  readonly #inTurn = inTurnByKey();
  /** The keys of what a graph exports. */
  #wanted: { readonly vertices: ReadonlyMap<string, Vertex>; readonly keys: ReadonlySet<string> } | undefined;
  /** Texts of keys that have to be put again, though nothing has changed here. */
  readonly #stale = new Set<string>();
  /** Vertices whose export failed, and how often in a row. */
  readonly #failing = new Map<Vertex, { failures: number; cancel: () => void }>();
  #pruning: Promise<void> = Promise.resolve();
  #pruneFailures = 0;
  #cancelPrune: (() => void) | undefined;
  readonly #ends = new AbortController();

  constructor(environment: EngineEnvironment, clock: Clock, links: ExporterLinks) {
    this.#environment = environment;
    this.#clock = clock;
    this.#links = links;
    if (environment.noop) return;
    environment.world.exports.followStale((keys) => this.#noteStale(keys), this.#ends.signal);
  }

  /** Whether the store may lack the resource as it is now. */
  isDue(vertex: Vertex): boolean {
    if (vertex.meta.export.length === 0 || vertex.noop) return false;
    return vertex.exported !== vertex.current || this.#isStale(vertex);
  }

  /** @returns whether the store has changed. @throws what the store throws */
  async export(vertex: Vertex): Promise<boolean> {
    try {
      const changed = await this.#export(vertex);
      this.#failing.get(vertex)?.cancel();
      this.#failing.delete(vertex);
      return changed;
    } catch (error) {
      this.#tryAgain(vertex);
      throw error;
    }
  }

  /**
   * Withdraws what no vertex exports. What cannot be withdrawn is logged, and tried again after a while.
   * @returns settles when that is done, or has failed
   */
  prune(): Promise<void> {
    if (this.#links.running() === undefined) return Promise.resolve();
    for (const [vertex, { cancel }] of this.#failing) {
      if (vertex.phase !== "ended") continue;
      cancel();
      this.#failing.delete(vertex);
    }
    this.#pruning = this.#pruning.then(() => this.#prune());
    return this.#pruning;
  }

  /** Nothing is tried again from now on. */
  stop(): void {
    this.#ends.abort();
    this.#cancelPrune?.();
    for (const { cancel } of this.#failing.values()) cancel();
    this.#failing.clear();
  }

  async #export(vertex: Vertex): Promise<boolean> {
    const { current } = vertex;
    const { fields } = current;
    const { export_ttl: ttl, export_seal: isSealed } = current.meta;
    const meta = settingsOf({ ...current.meta, export: [], export_ttl: 0, export_seal: false });
    let changed = false;
    for (const key of this.#keysOf(vertex)) {
      const text = exportKeyText(key);
      const put = async (): Promise<boolean> => {
        // Its graph may be gone by now, and then nobody would withdraw it.
        if (vertex.phase === "ended") return false;
        this.#published.set(text, key);
        this.#stale.delete(text);
        return this.#environment.world.exports.put({ ...key, fields, meta }, { ttl, isSealed });
      };
      if (await this.#inTurn(text, put)) changed = true;
    }
    vertex.exported = current;
    return changed;
  }

  /** A store that comes back tells nobody, so a vertex that has failed for good because of it would remain so. */
  #tryAgain(vertex: Vertex): void {
    if (!this.#environment.watch || this.#ends.signal.aborted || vertex.phase === "ended") return;
    const known = this.#failing.get(vertex);
    known?.cancel();
    const failures = (known?.failures ?? 0) + 1;
    const again = (): void => this.#links.again(vertex, "its export is tried again");
    this.#failing.set(vertex, { failures, cancel: this.#clock.after(pauseAfter(failures), again) });
  }

  #noteStale(keys: readonly ExportKey[]): void {
    const vertices = this.#links.running();
    if (vertices === undefined) return;
    const wanted = this.#wantedBy(vertices);
    let isSurplus = false;
    for (const key of keys) {
      const text = exportKeyText(key);
      if (wanted.has(text)) {
        this.#stale.add(text);
        continue;
      }
      this.#published.set(text, key);
      isSurplus = true;
    }
    for (const vertex of vertices.values()) {
      if (!this.#isStale(vertex) || vertex.noop) continue;
      this.#links.again(vertex, "the store has not what it exports");
    }
    // Before there is a graph, it is not known what is wanted.
    if (isSurplus && this.#hasAsked) void this.prune();
  }

  #isStale(vertex: Vertex): boolean {
    if (this.#stale.size === 0) return false;
    return this.#keysOf(vertex).some((key) => this.#stale.has(exportKeyText(key)));
  }

  async #prune(): Promise<void> {
    this.#cancelPrune?.();
    this.#cancelPrune = undefined;
    if (this.#ends.signal.aborted) return;
    const isDone = (this.#hasAsked || (await this.#ask())) && (await this.#withdrawAll());
    this.#pruneFailures = isDone ? 0 : this.#pruneFailures + 1;
    if (isDone || !this.#environment.watch || this.#ends.signal.aborted) return;
    this.#cancelPrune = this.#clock.after(pauseAfter(this.#pruneFailures), () => void this.prune());
  }

  /** @returns whether nothing is left that should be withdrawn */
  async #withdrawAll(): Promise<boolean> {
    const { log, world } = this.#environment;
    const vertices = this.#links.running();
    if (vertices === undefined) return true;
    const wanted = this.#wantedBy(vertices);
    const keys = [...this.#published].filter(([text]) => !wanted.has(text)).values();
    let hasFailed = false;
    const some = async (): Promise<void> => {
      for (const [text, key] of keys) {
        // A store that does not answer would be waited for once for each.
        if (hasFailed) return;
        try {
          await this.#inTurn(text, async () => {
            const running = this.#links.running();
            if (running === undefined || this.#wantedBy(running).has(text)) return;
            await world.exports.withdraw(key);
            this.#published.delete(text);
          });
        } catch (error) {
          if (hasFailed) return;
          hasFailed = true;
          const what = `${key.kind}[${key.name}] to ${key.to}`;
          log("error", "engine", `cannot withdraw the export of ${what}: ${explainError(error)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, some));
    return !hasFailed;
  }

  #wantedBy(vertices: ReadonlyMap<string, Vertex>): ReadonlySet<string> {
    if (this.#wanted?.vertices !== vertices) {
      const keys = [...vertices.values()].flatMap((vertex) => this.#keysOf(vertex));
      this.#wanted = { vertices, keys: new Set(keys.map(exportKeyText)) };
    }
    return this.#wanted.keys;
  }

  /** @returns whether the store has answered */
  async #ask(): Promise<boolean> {
    const { hostname, log, world } = this.#environment;
    try {
      for (const record of await world.exports.list(hostname)) {
        this.#published.set(exportKeyText(record), record);
      }
      this.#hasAsked = true;
    } catch (error) {
      log("error", "engine", `cannot tell what was exported before: ${explainError(error)}`);
    }
    return this.#hasAsked;
  }

  #keysOf({ declared: { kind, name, meta } }: Vertex): readonly ExportKey[] {
    const from = this.#environment.hostname;
    return [...new Set(meta.export)].map((to) => ({ kind, name, from, to }));
  }
}

/** Requests that are under way together. */
const atOnce = 32;

function pauseAfter(failures: number): number {
  return Math.min(patience.export * 2 ** (failures - 1), patience.exportAtMost);
}
