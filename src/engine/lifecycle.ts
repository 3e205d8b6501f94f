import { explainError } from "../os/errors.ts";
import type { Clock } from "./clock.ts";
import type { EngineEnvironment } from "./environment.ts";
import { endsWithin, patience } from "./patience.ts";
import type { Behavior, Resource } from "./resource.ts";
import type { Reversals } from "./reversals.ts";
import type { Runner } from "./runner.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Vertex } from "./vertex.ts";
import { VertexContext } from "./vertex-context.ts";
import type { Watching } from "./watching.ts";

/** Opens resources that enter the graph and ends those that leave it. What goes wrong concerns that one alone. */
export class Lifecycle {
  /** @param peersOf the other resources of the kind in the running graph */
  constructor(
    readonly environment: EngineEnvironment,
    readonly clock: Clock,
    readonly scheduler: Scheduler,
    readonly watching: Watching,
    readonly runner: Runner,
    readonly reversals: Reversals,
    readonly peersOf: (vertex: Vertex) => readonly Resource[],
  ) {}

  /** @returns resolves when the resource is open or has failed to open; undefined if that is so already */
  open(vertex: Vertex): Promise<void> | undefined {
    if (vertex.meta.hidden) return this.#opened(vertex, undefined);
    let opened: Behavior | Promise<Behavior | undefined>;
    let isGivenUp = false;
    try {
      const prepared = this.reversals.prepare(vertex);
      const open = (): Behavior | Promise<Behavior> =>
        vertex.current.open(new VertexContext(this, vertex, vertex));
      const isWanted = (): boolean => vertex.phase === "closed" && !isGivenUp;
      opened = prepared instanceof Promise ? prepared.then(() => (isWanted() ? open() : undefined)) : open();
    } catch (error) {
      return void this.#failedToOpen(vertex, error);
    }
    if (!(opened instanceof Promise)) return this.#opened(vertex, opened);
    // What comes of it after it was given up is not to be taken for what comes of another attempt.
    const outcome = opened.then(
      (behavior) =>
        isGivenUp ? behavior && this.#cleanup(vertex, behavior) : this.#opened(vertex, behavior),
      (error: unknown) => {
        if (!isGivenUp) this.#failedToOpen(vertex, error);
      },
    );
    vertex.opening = endsWithin(this.clock, patience.opening, outcome).then((inTime) => {
      vertex.opening = undefined;
      if (inTime) return;
      isGivenUp = true;
      const why = `no answer within ${patience.opening / 1000} s`;
      if (vertex.phase === "ended") this.environment.log("error", vertex.key, `could not be opened: ${why}`);
      else this.#failedToOpen(vertex, new Error(why));
    });
    return vertex.opening;
  }

  /** Gives a vertex that failed for good its watch back, and opens it if that had failed. */
  restart(vertex: Vertex): void {
    vertex.dirty = true;
    if (vertex.behavior !== undefined || vertex.meta.hidden) {
      this.scheduler.enter(vertex, "idle");
      this.watching.start(vertex);
      this.scheduler.consider(vertex);
    } else if (vertex.opening === undefined) {
      this.scheduler.enter(vertex, "closed");
      void this.open(vertex);
    }
  }

  /**
   * Ends a vertex: watch and check are told to give up and are waited for, then everything is released.
   * @returns undefined if there is nothing to wait for
   */
  end(vertex: Vertex): Promise<void> | undefined {
    const waits: Promise<unknown>[] = [];
    const watch = this.watching.stop(vertex);
    if (watch !== undefined) waits.push(watch);
    this.runner.remove(vertex);
    if (vertex.attempt !== undefined && !vertex.attempt.returned) waits.push(this.#endOfCheck(vertex));
    const { opening } = vertex;
    if (opening !== undefined) {
      // What opens after that is released as soon as it is open.
      waits.push(this.scheduler.halted ? endsWithin(this.clock, patience.interrupted, opening) : opening);
    }
    const cleanup = (): Promise<void> | undefined => {
      const { behavior } = vertex;
      vertex.behavior = undefined;
      this.scheduler.invariants?.left(vertex);
      return behavior && this.#cleanup(vertex, behavior);
    };
    return waits.length === 0 ? cleanup() : Promise.all(waits).then(cleanup);
  }

  /** Lets go of what aborting does not reach. */
  interrupt(vertex: Vertex): void {
    try {
      vertex.behavior?.interrupt?.();
    } catch (error) {
      this.environment.log("warn", vertex.key, `could not be interrupted: ${explainError(error)}`);
    }
  }

  async #endOfCheck(vertex: Vertex): Promise<void> {
    const { attempt } = vertex;
    if (attempt === undefined) return;
    const limit = this.scheduler.halted ? patience.interrupted : patience.removed;
    if (await endsWithin(this.clock, limit, attempt.whenReturned)) return;
    const message = `the check did not end within ${limit / 1000} s`;
    this.interrupt(vertex);
    const hasLetGo = await endsWithin(this.clock, patience.letGo, attempt.whenReturned);
    if (hasLetGo) {
      this.environment.log("warn", vertex.key, `${message} and was cut off`);
      return;
    }
    this.scheduler.invariants?.leftBehind(vertex);
    this.environment.log("error", vertex.key, `${message} and is left behind`);
  }

  /** @returns undefined if there is nothing to wait for */
  #opened(vertex: Vertex, behavior: Behavior | undefined): Promise<void> | undefined {
    // Too late: it was removed, or given up, while it opened.
    if (vertex.phase !== "closed") return behavior && this.#cleanup(vertex, behavior);
    vertex.behavior = behavior;
    this.scheduler.enter(vertex, "idle");
    this.watching.start(vertex);
    return undefined;
  }

  #failedToOpen(vertex: Vertex, error: unknown): void {
    if (vertex.phase === "closed") this.runner.failForGood(vertex, explainError(error), error);
  }

  #cleanup(vertex: Vertex, behavior: Behavior): Promise<void> | undefined {
    const failed = (why: string): void =>
      this.environment.log("error", vertex.key, `could not clean up: ${why}`);
    try {
      const going = behavior.cleanup?.();
      if (!(going instanceof Promise)) return undefined;
      const reported = going.catch((error: unknown) => failed(explainError(error)));
      return endsWithin(this.clock, patience.cleanup, reported).then((inTime) => {
        if (!inTime) failed(`no answer within ${patience.cleanup / 1000} s`);
      });
    } catch (error) {
      failed(explainError(error));
      return undefined;
    }
  }
}
