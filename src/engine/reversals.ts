/**
 * Undoing resources that have left (engine specification, 5.3). What was there before a resource with `Meta:reverse` was
 * first applied is kept as a resource of its own, on disk before anything is changed. It joins every graph that does
 * without the original, until it has been applied; then it is forgotten.
 */
import { printKey } from "../../lang/output/resource-graph.ts";
import { explainError } from "../os/errors.ts";
import type { EngineEnvironment } from "./environment.ts";
import type { EngineGraph } from "./graph.ts";
import type { Resource } from "./resource.ts";
import type { Vertex } from "./vertex.ts";

/** Where reversals are kept, one for each resource; they have the kind and name of what they undo. */
export interface ReversalStore {
  /** By `kind[name]`. */
  readonly all: ReadonlyMap<string, Resource>;
  /** @throws Error if it cannot be kept */
  put(reversal: Resource): void;
  /** @throws Error if it cannot be removed */
  remove(reversal: Resource): void;
}

export class Reversals {
  readonly #environment: EngineEnvironment;
  /** Those that are in the running graph, or were. */
  readonly #inGraph = new WeakSet<Resource>();

  constructor(environment: EngineEnvironment) {
    this.#environment = environment;
  }

  /** The graph, with everything that is to be undone since the graph does without it. */
  complete(graph: EngineGraph): EngineGraph {
    const { reversals } = this.#environment;
    if (reversals === undefined || reversals.all.size === 0) return graph;
    const keys = new Set(graph.resources.map(printKey));
    const due = [...reversals.all].filter(([key]) => !keys.has(key)).map(([, reversal]) => reversal);
    for (const reversal of due) this.#inGraph.add(reversal);
    return due.length === 0 ? graph : { ...graph, resources: [...graph.resources, ...due] };
  }

  /**
   * Keeps what there is before a resource is opened for the first time; forgets what was kept for one that is not to be
   * undone any more.
   * @throws Error if the resource cannot be undone, or that cannot be kept
   */
  prepare(vertex: Vertex): void | Promise<void> {
    const { declared, noop, meta } = vertex;
    const { reversals, log } = this.#environment;
    if (reversals === undefined || noop || this.#inGraph.has(declared)) return;
    const kept = reversals.all.get(printKey(declared));
    if (!meta.reverse) {
      if (kept !== undefined) reversals.remove(kept);
      return;
    }
    if (kept !== undefined || declared.reversal === undefined) return;
    const reversal = declared.reversal();
    const keep = (made: Resource | undefined): void => {
      // Who has left meanwhile has changed nothing, and by now somebody else may have.
      if (made === undefined || vertex.phase === "ended" || reversals.all.has(printKey(declared))) return;
      reversals.put(made);
      log(
        "info",
        printKey(declared),
        "kept what is there, to put it back when the resource leaves (Meta:reverse)",
      );
    };
    return reversal instanceof Promise ? reversal.then(keep) : keep(reversal);
  }

  /** Whether {@link prepare} has something to do for a vertex, which it has not done in noop mode. */
  concerns({ declared, meta }: Vertex): boolean {
    const { reversals } = this.#environment;
    if (reversals === undefined || this.#inGraph.has(declared)) return false;
    return meta.reverse || reversals.all.has(printKey(declared));
  }

  /** A resource is as it should be. @returns whether that was a reversal, which has nothing left to do */
  applied({ declared, key, noop }: Vertex): boolean {
    const { reversals, log } = this.#environment;
    if (reversals === undefined || noop || !this.#inGraph.has(declared)) return false;
    // A graph that waits may keep it here when it has nothing left to do.
    if (!reversals.all.has(printKey(declared))) return false;
    try {
      reversals.remove(declared);
    } catch (error) {
      log("error", key, `is undone, and will be once more, for that cannot be noted: ${explainError(error)}`);
      return false;
    }
    log("info", key, "is undone (Meta:reverse)");
    return true;
  }
}
