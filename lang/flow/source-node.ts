/**
 * A function with events of its own. It is open while its arguments have values, and opened anew when they change;
 * then it is pending until the new opening speaks.
 */
import { type Behavior, CatchableError, type SourceImplementation } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import type { Close, Host } from "../host.ts";
import type { FuncType } from "../types/type.ts";
import { equal, type Value } from "../value.ts";
import { valuesOf } from "./apply.ts";
import type { EventNode, Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, failureFrom, type Outcome, pending } from "./outcome.ts";
import { Queue } from "./queue.ts";

/** How many values may wait before a source is asked to hold back. */
const MOST_WAITING = 1024;

export type SourceBehavior = Extract<Behavior, { kind: "source" }>;

export class SourceNode extends Node implements EventNode {
  readonly #graph: Graph;
  readonly #implementation: SourceImplementation;
  readonly #args: readonly Node[];
  readonly #keepsAll: boolean;
  /** What was emitted and has not been delivered; holds at most one unless every value counts. */
  readonly #waiting = new Queue<Value | Failure>();
  /** Somebody waits for the values to become fewer. */
  #backlog: PromiseWithResolvers<void> | undefined;
  /** What the current tick delivers. */
  #delivered: Value | Failure | undefined;
  /** The arguments it is open for. */
  #openFor: readonly Value[] | undefined;
  #close: Close | undefined;
  #opening = false;
  #posted = false;

  constructor(
    graph: Graph,
    host: Host,
    behavior: SourceBehavior,
    signature: FuncType,
    args: readonly Node[],
    span: Span | undefined,
  ) {
    super(span);
    this.#graph = graph;
    this.#args = args;
    this.#keepsAll = behavior.delivery === "every";
    this.#implementation = behavior.bind({
      host,
      type: signature,
      emit: (value) => this.#receive(value),
      backlog: () => this.#waitForRoom(),
      fail: (error) => this.#receive(new Failure(error.message, this, !(error instanceof CatchableError))),
    });
  }

  advance(): boolean {
    this.#posted = false;
    this.#delivered = this.#take() ?? this.#delivered;
    return this.#morePosted();
  }

  override compute(): Outcome {
    const values = valuesOf(this.#args);
    if (values === pending || values instanceof Failure) {
      this.#end();
      return values;
    }
    if (this.#openFor === undefined || !sameArguments(this.#openFor, values)) {
      this.#end();
      return this.#open(values);
    }
    const delivered = this.#delivered ?? this.outcome;
    this.#delivered = undefined;
    return delivered;
  }

  override release(): void {
    this.#end();
  }

  #open(values: readonly Value[]): Outcome {
    this.#openFor = values;
    this.#opening = true;
    try {
      this.#close = this.#implementation.open(...values);
    } catch (error) {
      this.#waiting.clear();
      this.#delivered = undefined;
      return failureFrom(error, this);
    } finally {
      this.#opening = false;
    }
    const first = this.#take();
    if (this.#morePosted()) this.#graph.post(this);
    return first ?? pending;
  }

  #end(): void {
    const close = this.#close;
    this.#close = undefined;
    this.#openFor = undefined;
    this.#waiting.clear();
    this.#delivered = undefined;
    try {
      close?.();
    } catch {
      // Nobody reads what is closed; there is no one left to tell.
    }
    this.#release();
  }

  #take(): Value | Failure | undefined {
    const taken = this.#waiting.take();
    if (this.#waiting.length <= MOST_WAITING / 2) this.#release();
    return taken;
  }

  #waitForRoom(): Promise<void> | undefined {
    if (this.#openFor === undefined || this.#waiting.length < MOST_WAITING) return undefined;
    this.#backlog ??= Promise.withResolvers();
    return this.#backlog.promise;
  }

  #release(): void {
    this.#backlog?.resolve();
    this.#backlog = undefined;
  }

  #receive(outcome: Value | Failure): void {
    if (this.#openFor === undefined) return;
    if (!this.#keepsAll) this.#waiting.clear();
    this.#waiting.put(outcome);
    if (this.#opening || this.#posted) return;
    this.#posted = true;
    this.#graph.post(this);
  }

  #morePosted(): boolean {
    this.#posted = this.#waiting.length > 0;
    return this.#posted;
  }
}

function sameArguments(a: readonly Value[], b: readonly Value[]): boolean {
  return a.every((value, index) => {
    const other = b[index];
    return other !== undefined && equal(value, other);
  });
}
