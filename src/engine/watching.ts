import { explainError } from "../os/errors.ts";
import type { Clock } from "./clock.ts";
import type { EngineEnvironment } from "./environment.ts";
import type { Observers } from "./observers.ts";
import { endsWithin, patience } from "./patience.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Behavior } from "./resource.ts";
import { Retries } from "./retries.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Vertex } from "./vertex.ts";
import { type WatchListener, WatchRun } from "./watch-run.ts";

/** Whom watching tells of what is not its business. */
export interface WatchingLinks {
  /** A watch has failed and has no retries left. */
  onFailure(vertex: Vertex, message: string, error: unknown): void;
  onEventAfterFailure(vertex: Vertex): void;
}

/** Watches and polls: where events come from, and what an event does (engine specification, 1.3 and 2.4). */
export class Watching implements WatchListener {
  /** By vertex: retries of the watch, which are not those of the check. */
  readonly #retries = new WeakMap<Vertex, Retries>();

  constructor(
    readonly environment: EngineEnvironment,
    readonly clock: Clock,
    readonly scheduler: Scheduler,
    readonly observers: Observers,
    readonly links: WatchingLinks,
  ) {}

  /** Begins to watch; the vertex may run as soon as nothing can be missed. */
  start(vertex: Vertex): void {
    if (vertex.watchEnding !== undefined) {
      void vertex.watchEnding.then(() => this.start(vertex));
      return;
    }
    if (vertex.phase === "ended" || vertex.phase === "failed" || vertex.watch !== undefined) return;
    const { behavior } = vertex;
    const { poll, hidden } = vertex.meta;
    if (hidden || !this.environment.watch || behavior === undefined || poll < 0) {
      this.arm(vertex);
      return;
    }
    if (poll > 0) {
      this.#poll(vertex, poll * 1000);
      return;
    }
    if (behavior.watch === undefined) {
      this.arm(vertex);
      return;
    }
    const run = new WatchRun(vertex, this);
    vertex.watch = run;
    this.#watch(vertex, behavior, run);
  }

  /**
   * Ends watching. It starts again no sooner than the watch has come back.
   * @returns resolves then, or when it was given up; undefined if there is nothing to wait for
   */
  stop(vertex: Vertex): Promise<void> | undefined {
    const run = vertex.watch;
    vertex.hold?.();
    vertex.hold = undefined;
    vertex.watch = undefined;
    vertex.armed = false;
    this.scheduler.count(vertex);
    if (run === undefined) return vertex.watchEnding;
    run.cancelTimer?.();
    run.abort();
    if (run.ended === undefined) return undefined;
    const ending = endsWithin(this.clock, patience.removed, run.ended).then((ended) => {
      if (!ended) {
        const seconds = patience.removed / 1000;
        this.environment.log(
          "error",
          vertex.key,
          `the watch did not end within ${seconds} s and is left behind`,
        );
      }
      vertex.watchEnding = undefined;
    });
    vertex.watchEnding = ending;
    return ending;
  }

  /**
   * Starts the watch over because parameters have changed, on which it may depend. The vertex does not run before it
   * is armed again.
   * @returns false if there is no watch, and so nothing to wait for
   */
  restart(vertex: Vertex): boolean {
    if (vertex.watch?.ended === undefined) return false;
    this.stop(vertex);
    this.start(vertex);
    return true;
  }

  /** An event: the state may have changed. */
  event(vertex: Vertex): void {
    if (vertex.phase === "failed") this.links.onEventAfterFailure(vertex);
    if (vertex.phase === "closed" || vertex.phase === "failed" || vertex.phase === "ended") return;
    // Events that come together cause one check, and so count as one.
    if (vertex.dirty || vertex.hold !== undefined) return;
    if (this.observers.timed) vertex.eventAt ??= this.clock.now();
    const wait = this.#waitFor(vertex);
    if (wait === Number.POSITIVE_INFINITY) return;
    this.scheduler.invariants?.needsCheck(vertex, wait === 0 ? "event" : "event, held back");
    if (wait === 0) {
      vertex.dirty = true;
    } else {
      vertex.hold = this.clock.after(wait, () => {
        vertex.hold = undefined;
        vertex.dirty = true;
        this.scheduler.count(vertex);
        this.scheduler.consider(vertex);
      });
      this.scheduler.count(vertex);
    }
    this.scheduler.consider(vertex);
  }

  #waitFor(vertex: Vertex): number {
    const { limit, burst } = vertex.meta;
    if (limit === Number.POSITIVE_INFINITY) return 0;
    vertex.rateLimit ??= new RateLimit(limit, burst, this.clock);
    return vertex.rateLimit.take();
  }

  /** Nothing can be missed from now on: the vertex may run. */
  arm(vertex: Vertex): void {
    if (vertex.armed) return;
    vertex.armed = true;
    this.scheduler.invariants?.note(vertex, "armed");
    this.scheduler.count(vertex);
    this.scheduler.consider(vertex);
  }

  #poll(vertex: Vertex, interval: number): void {
    const run = new WatchRun(vertex, this);
    vertex.watch = run;
    const next = (): void => {
      run.cancelTimer = this.clock.after(interval, () => {
        next();
        this.event(vertex);
      });
    };
    next();
    this.arm(vertex);
  }

  #watch(vertex: Vertex, behavior: Behavior, run: WatchRun): void {
    let going: Promise<void> | undefined;
    try {
      going = behavior.watch?.(run);
    } catch (error) {
      going = Promise.reject(error);
    }
    run.ended = Promise.resolve(going).then(
      () => {
        if (run.isCurrent) this.arm(vertex);
      },
      (error: unknown) => {
        if (run.isCurrent) this.#failed(vertex, behavior, run, error);
      },
    );
  }

  #failed(vertex: Vertex, behavior: Behavior, run: WatchRun, error: unknown): void {
    vertex.armed = false;
    vertex.dirty = true;
    run.ended = undefined;
    this.scheduler.invariants?.needsCheck(vertex, "watch failed");
    this.scheduler.count(vertex);
    const message = `the watch failed: ${explainError(error)}`;
    const retries = this.#retriesOf(vertex);
    const again = retries.use(vertex.meta);
    if (again || vertex.failure !== message) this.observers.disturbed();
    vertex.attempt?.abort("watch failed");
    if (!again) {
      this.links.onFailure(vertex, message, error);
      return;
    }
    const { delay } = vertex.meta;
    const { kind, name } = vertex.declared;
    vertex.fails(message, this.clock.now());
    this.observers.failed({ kind, name, message, final: false });
    this.environment.log("warn", vertex.key, `${message}; it starts over in ${delay} ms`);
    const restart = (): void => {
      if (vertex.watch === run) this.#watch(vertex, behavior, run);
    };
    run.cancelTimer = this.clock.after(delay, () => {
      run.cancelTimer = undefined;
      const { attempt } = vertex;
      if (attempt === undefined || attempt.returned) restart();
      else void attempt.whenReturned.then(restart);
    });
  }

  #retriesOf(vertex: Vertex): Retries {
    let retries = this.#retries.get(vertex);
    if (retries === undefined) {
      retries = new Retries();
      this.#retries.set(vertex, retries);
    }
    return retries;
  }
}
