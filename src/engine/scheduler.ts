import type { Invariants } from "./invariants.ts";
import type { Pace } from "./pace.ts";
import type { Vertex } from "./vertex.ts";

const nobody: readonly Vertex[] = [];

/**
 * Decides who may run (engine specification, section 2). A vertex runs when there is a reason to, its watch is armed,
 * and every direct predecessor is good. Predecessors that are stuck (failed for good, or blocked by such a failure) hold
 * back a vertex that never ran; one that ran before goes on repairing its own drift.
 *
 * Invariant: an idle, armed vertex with a reason to run is either in the queue or among the `waiting` of exactly one bad
 * vertex. So becoming bad costs nothing, and becoming good costs what waits for it: nobody goes through successors or
 * predecessors to find out that there is nothing to do.
 */
export class Scheduler {
  /** Set while the engine is to be checked. */
  invariants: Invariants | undefined;
  /** Nothing new starts any more. */
  #halted = false;
  /** What is to be considered again; a list, since chains of thousands would overflow a recursion. */
  readonly #agenda: Vertex[] = [];
  #considering = false;
  readonly #queue: Vertex[] = [];
  #head = 0;
  #pumping = false;
  #busy = 0;
  #moment = 0;

  /**
   * @param run takes a vertex that may run out of the phase `queued`; predecessors may have become bad meanwhile
   * @param onIdle called when nothing is under way any more, after what led to it
   * @param onStir called whenever the phase of any vertex has changed, or there may be a new reason to run one
   */
  constructor(
    readonly pace: Pace,
    readonly run: (vertex: Vertex) => void,
    readonly onIdle: () => void,
    readonly onStir: () => void,
  ) {}

  /** Something is queued, running, or waiting for a time to come. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** A new point in time; they only order things. */
  tick(): number {
    return ++this.#moment;
  }

  /** Changes the phase of a vertex and what follows from it for others. */
  enter(vertex: Vertex, phase: Vertex["phase"]): void {
    const { stuck } = vertex;
    vertex.phase = phase;
    this.count(vertex);
    this.onStir();
    this.invariants?.entered(vertex);
    if (stuck !== vertex.stuck || (phase === "idle" && vertex.good)) this.#reconsiderWaiting(vertex);
  }

  /** To be called when what {@link Vertex.busy} depends on has changed. */
  count(vertex: Vertex): void {
    const { busy } = vertex;
    if (busy === vertex.countedBusy) return;
    vertex.countedBusy = busy;
    if (busy) this.begin();
    else this.end();
  }

  /** Something outside of vertices is under way, until {@link end}. */
  begin(): void {
    this.#busy++;
  }

  end(): void {
    if (--this.#busy > 0) return;
    queueMicrotask(() => {
      if (this.#busy === 0) this.onIdle();
    });
  }

  /** Looks whether a vertex may run now; to be called whenever there may be a new reason. */
  consider(vertex: Vertex): void {
    this.onStir();
    this.#agenda.push(vertex);
    this.#workOffAgenda();
  }

  /** Whether predecessors let the vertex run; to be asked again after every wait. */
  mayRun(vertex: Vertex): boolean {
    return this.#findBlocker(vertex) === undefined;
  }

  /** Forgets who waits for whom, because edges have changed. All vertices are to be considered afterwards. */
  forgetWaiting(vertices: Iterable<Vertex>): void {
    for (const vertex of vertices) {
      vertex.waiting = undefined;
      vertex.waitingFor = undefined;
      vertex.blocked = false;
      vertex.distant = nobody;
      vertex.searchFrom = 0;
    }
  }

  /** Puts a vertex that may run in line. */
  enqueue(vertex: Vertex): void {
    this.enter(vertex, "queued");
    this.#queue.push(vertex);
    this.invariants?.enqueued(vertex);
    this.#schedule();
  }

  /** From now on nothing starts. */
  halt(): void {
    this.#halted = true;
    this.#queue.length = 0;
    this.#head = 0;
  }

  #workOffAgenda(): void {
    if (this.#considering) return;
    this.#considering = true;
    for (let next = this.#agenda.pop(); next !== undefined; next = this.#agenda.pop()) this.#decide(next);
    this.#considering = false;
  }

  #decide(vertex: Vertex): void {
    if (this.#halted) return;
    const wasBlocked = vertex.blocked;
    if (vertex.phase !== "idle" || !vertex.armed || !vertex.wantsRun) {
      // Who was in its way may have changed, and this is looked at again once it can run.
      if (vertex.waitingFor === undefined) vertex.blocked = false;
      if (vertex.blocked !== wasBlocked) this.#reconsiderWaiting(vertex);
      return;
    }
    const blocker = this.#findBlocker(vertex);
    vertex.blocked = blocker?.stuck ?? false;
    if (vertex.waitingFor !== blocker) {
      vertex.waitingFor?.waiting?.delete(vertex);
      vertex.waitingFor = blocker;
      if (blocker !== undefined) {
        blocker.waiting ??= new Set();
        blocker.waiting.add(vertex);
      }
    }
    if (blocker === undefined) this.enqueue(vertex);
    if (vertex.blocked !== wasBlocked) this.#reconsiderWaiting(vertex);
  }

  /** Someone who must become good first; one who is not stuck, if there is any. */
  #findBlocker(vertex: Vertex): Vertex | undefined {
    const { predecessors, distant } = vertex;
    const count = predecessors.length;
    let stuck: Vertex | undefined;
    for (let step = 0; step < count; step++) {
      const index = (vertex.searchFrom + step) % count;
      const predecessor = predecessors[index];
      if (predecessor === undefined || predecessor.good) continue;
      if (predecessor.stuck) {
        stuck ??= predecessor;
        continue;
      }
      vertex.searchFrom = index;
      return predecessor;
    }
    for (const ancestor of distant) {
      if (!ancestor.good && !ancestor.stuck && ancestor.phase !== "ended") return ancestor;
    }
    return vertex.succeeded ? undefined : stuck;
  }

  #reconsiderWaiting(vertex: Vertex): void {
    if (vertex.waiting === undefined) return;
    const waiting = [...vertex.waiting];
    vertex.waiting = undefined;
    // The agenda is a stack: the first in line is put on top.
    for (const each of waiting.reverse()) {
      each.waitingFor = undefined;
      this.#agenda.push(each);
    }
    this.#workOffAgenda();
  }

  #schedule(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => this.#pump());
  }

  /** Empties the queue, at the pace that leaves room for others. */
  #pump(): void {
    for (;;) {
      if (!this.pace.mayGoOn()) {
        this.pace.afterOthers(() => this.#pump());
        return;
      }
      const vertex = this.#next();
      if (vertex === undefined) break;
      this.invariants?.dequeued(vertex);
      if (vertex.phase === "queued") this.run(vertex);
    }
    this.#pumping = false;
  }

  #next(): Vertex | undefined {
    const vertex = this.#queue[this.#head];
    if (vertex === undefined) {
      this.#queue.length = 0;
      this.#head = 0;
      return undefined;
    }
    this.#head++;
    if (this.#head === 4096) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    return vertex;
  }
}
