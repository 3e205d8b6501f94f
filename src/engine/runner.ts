import type { Value } from "../../lang/value.ts";
import { explainError } from "../os/errors.ts";
import { Attempt, type Outcome } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { EngineEnvironment, EngineObserver } from "./environment.ts";
import { patience } from "./patience.ts";
import type { Behavior, Change } from "./resource.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Semaphores } from "./semaphores.ts";
import { changedFields, receive, whence } from "./send-receive.ts";
import type { Vertex } from "./vertex.ts";
import type { Watching } from "./watching.ts";

/** What the runner asks of others. */
export interface RunnerLinks {
  /** A vertex of the running graph that may send. */
  find(key: string): Vertex | undefined;
  /** Makes a vertex that failed for good work again, from opening on if need be. */
  restart(vertex: Vertex): void;
}

/**
 * Runs a vertex once (engine specification, 2.2): semaphores, received values, the check, and what its outcome means
 * for the vertex, for its successors and for its receivers.
 */
export class Runner {
  readonly #shows = new WeakMap<Vertex, (change: Change) => void>();

  constructor(
    readonly environment: EngineEnvironment,
    readonly clock: Clock,
    readonly scheduler: Scheduler,
    readonly watching: Watching,
    readonly semaphores: Semaphores,
    readonly observer: EngineObserver,
    readonly links: RunnerLinks,
  ) {}

  /** Takes a vertex that may run out of the queue. */
  run(vertex: Vertex): void {
    if (vertex.semaphores.length === 0 || vertex.meta.hidden) return this.#step(vertex);
    let waited = false;
    this.scheduler.enter(vertex, "acquiring");
    const release = this.semaphores.acquire(vertex.semaphores, () => {
      if (!waited) return;
      // Much may have happened since: a vertex that may not run any more must not sit on what others could use.
      if (this.scheduler.mayRun(vertex)) return this.#step(vertex);
      this.#toIdle(vertex);
    });
    void release;
    waited = true;
  }

  #toIdle(vertex: Vertex): void {
    this.#releaseSemaphores(vertex);
    this.scheduler.enter(vertex, "idle");
    this.scheduler.consider(vertex);
  }

  #releaseSemaphores(vertex: Vertex): void {
    vertex.releaseSemaphores?.();
    vertex.releaseSemaphores = undefined;
  }

  #step(vertex: Vertex): void {}
}
