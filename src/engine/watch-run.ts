import type { Watch } from "./resource.ts";
import type { Vertex } from "./vertex.ts";

/** Whom a watch tells. */
export interface WatchListener {
  arm(vertex: Vertex): void;
  event(vertex: Vertex): void;
}

/** A watch that goes on, or that will start over in a while. What it tells counts as long as it is the vertex's own. */
export class WatchRun implements Watch {
  /** Resolves when the last call of `watch` has come back. */
  ended: Promise<void> | undefined;
  /** Calls off the next poll, or the wait before starting over. */
  cancelTimer: (() => void) | undefined;
  readonly #vertex: Vertex;
  readonly #listener: WatchListener;
  /** Most have no use for it. */
  #controller: AbortController | undefined;
  #things: { close(): void }[] | undefined;

  constructor(vertex: Vertex, listener: WatchListener) {
    this.#vertex = vertex;
    this.#listener = listener;
  }

  get isCurrent(): boolean {
    return this.#vertex.watch === this;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Kinds take a watch apart, so these are functions of their own. */
  get ready(): () => void {
    return () => {
      if (this.isCurrent) this.#listener.arm(this.#vertex);
    };
  }

  get changed(): () => void {
    return () => {
      if (this.isCurrent) this.#listener.event(this.#vertex);
    };
  }

  endWith(thing: { close(): void }): void {
    this.#things ??= [];
    this.#things.push(thing);
  }

  abort(): void {
    this.#controller?.abort();
    for (const thing of this.#things?.splice(0) ?? []) thing.close();
  }
}
