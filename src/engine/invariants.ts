/**
 * Checks that the engine keeps its own promises, while it works (`MGMT_DEBUG_INVARIANTS=1`). What is checked is said with
 * each check below. It keeps books of its own on events, notifications and checks, and compares them with what the
 * vertices say of themselves: at once where a check starts, and for whatever was touched when the engine comes to rest
 * between two of its steps.
 */
import type { Attempt } from "./attempt.ts";
import type { Intents } from "./intents.ts";
import type { Semaphores } from "./semaphores.ts";
import type { Vertex } from "./vertex.ts";

/** A promise that the engine has broken, with the latest history of those concerned. Always a defect of the engine. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** What is looked at besides vertices. */
export interface Examined {
  readonly intents: Intents;
  readonly semaphores: Semaphores;
  /** By id: the running graph. */
  vertices(): ReadonlyMap<string, Vertex>;
  /** Nothing starts any more, so that much is left as it is. */
  halted(): boolean;
}

/** How much is told of each vertex. */
const storyLength = 24;

/** What is known of a vertex from what it was seen to do. Moments are steps of the engine, counted. */
class Book {
  readonly story: string[] = [];
  /** When it was last given a reason to be checked: an event, a failure, or that it is new. */
  reasonAt = 0;
  /** When its last check began. */
  checkedAt = -1;
  /** When its last run began, with a check or without. */
  ranAt = -1;
  /** When a notification came that has not been acted on; undefined if there is none. */
  notifiedAt: number | undefined;
  attempt: Attempt | undefined;
  /** Places in the queue; those of a vertex that has left it otherwise are passed over when it is their turn. */
  inQueue = 0;
  leftBehind = false;
}

export class Invariants {
  readonly #books = new WeakMap<Vertex, Book>();
  readonly #touched = new Set<Vertex>();
  #moment = 0;
  #waits = false;
  #isBroken = false;

  /** @param broken told of the first promise that is broken */
  constructor(
    readonly examined: Examined,
    readonly broken: (error: InvariantError) => void,
  ) {}

  /** Something has happened to a vertex; it is looked at when the engine has done what follows from it. */
  note(vertex: Vertex, what: string): void {
    const { story } = this.#touch(vertex);
    story.push(`${++this.#moment} ${what}`);
    if (story.length > storyLength) story.shift();
  }

  /** The phase has changed. */
  entered(vertex: Vertex): void {
    this.note(vertex, vertex.phase);
  }

  enqueued(vertex: Vertex): void {
    this.#touch(vertex).inQueue++;
  }

  dequeued(vertex: Vertex): void {
    this.#touch(vertex).inQueue--;
  }

  /** A new vertex takes up what is owed: to the one it replaces, or by an earlier process. */
  made(vertex: Vertex): void {
    this.note(vertex, "enters the graph");
    if (vertex.notified) this.#bookOf(vertex).notifiedAt = this.#moment;
  }

  /** There is a new reason to check: an event, or a failed check. */
  needsCheck(vertex: Vertex, why: string): void {
    this.note(vertex, why);
    this.#bookOf(vertex).reasonAt = this.#moment;
  }

  /**
   * A run begins. It is in order: all direct predecessors are good, except those that are stuck if it has succeeded
   * before. It is the only one: no earlier check goes on. It holds its semaphores, and its watch is armed.
   */
  starts(vertex: Vertex): void {
    this.note(vertex, "run begins");
    const book = this.#bookOf(vertex);
    book.ranAt = this.#moment;
    const { claim, semaphores, meta } = vertex;
    this.#require(vertex.armed, "a vertex runs before its watch is armed", vertex);
    this.#require(this.#isInGraph(vertex), "a vertex runs that is not in the graph", vertex);
    this.#require(
      book.attempt === undefined || book.attempt.returned,
      "a vertex runs while a check of it goes on",
      vertex,
    );
    this.#require(
      semaphores.length === 0 || meta.hidden || claim?.granted === true,
      "a vertex runs without its semaphores",
      vertex,
    );
    for (const predecessor of vertex.predecessors) {
      const excused = predecessor.stuck && vertex.succeeded;
      this.#require(
        predecessor.good || excused,
        "a vertex runs while one before it is bad",
        vertex,
        predecessor,
      );
    }
  }

  /** In a run, the state is about to be looked at, by `attempt` unless there is nothing to call. */
  checks(vertex: Vertex, attempt: Attempt | undefined): void {
    const book = this.#bookOf(vertex);
    book.checkedAt = ++this.#moment;
    if (attempt === undefined) return;
    book.attempt = attempt;
    this.note(
      vertex,
      `check${attempt.refresh ? " with a notification" : ""}${attempt.apply ? "" : ", changes nothing"}`,
    );
    const due = book.notifiedAt !== undefined;
    this.#require(due || !attempt.refresh, "a check is told of a notification that nobody sent", vertex);
    this.#require(
      !due || attempt.refresh || vertex.owed || !vertex.refreshable,
      "a check is not told of a notification",
      vertex,
    );
    if (attempt.apply) this.#checkAnnounced(vertex);
  }

  /** A run has ended well. @param apply whether it was allowed to change something */
  succeeded(vertex: Vertex, apply: boolean): void {
    this.note(vertex, "run succeeds");
    const book = this.#bookOf(vertex);
    const staysDue = !apply && vertex.refreshable;
    if (book.notifiedAt !== undefined && book.notifiedAt <= book.ranAt && !staysDue)
      book.notifiedAt = undefined;
  }

  /** A vertex notifies, since it changed something, or to pass on what it was told itself. */
  notifies(vertex: Vertex): void {
    this.note(vertex, "notifies");
    for (const { vertex: successor, notify } of vertex.successors) {
      const heir = successor.phase === "ended" ? this.examined.vertices().get(successor.id) : successor;
      if (!notify || heir === undefined || !heir.heedsNotifications) continue;
      this.note(heir, `notified by ${vertex.key}`);
      this.#bookOf(heir).notifiedAt = this.#moment;
    }
  }

  /** The check of an ended vertex does not end, and is waited for no longer. */
  leftBehind(vertex: Vertex): void {
    this.note(vertex, "check left behind");
    this.#bookOf(vertex).leftBehind = true;
  }

  /** A vertex has ended, and all that was waited for has: nothing of it runs or stays subscribed. */
  left(vertex: Vertex): void {
    this.note(vertex, "has ended");
    const { attempt } = vertex;
    this.#require(vertex.phase === "ended", "a vertex goes on after its end", vertex);
    this.#require(
      this.#bookOf(vertex).leftBehind || attempt === undefined || attempt.returned,
      "a check goes on after the end of its vertex",
      vertex,
    );
    this.#checkGone(vertex);
  }

  /** Nothing is left to do: every vertex is good, failed, or blocked by failures; all semaphores are free. */
  settled(): void {
    if (this.examined.halted()) return;
    for (const vertex of this.examined.vertices().values()) {
      this.#examine(vertex);
      const { phase, good, blocked, waitingFor } = vertex;
      const others = waitingFor === undefined ? [] : [waitingFor];
      this.#require(
        good || blocked || phase === "failed",
        "settled, with a vertex that is not done",
        vertex,
        ...others,
      );
      const awaits = vertex.retryTimer !== undefined && phase !== "failed";
      const isFree = vertex.claim === undefined && !awaits;
      this.#require(isFree, "settled, with a vertex that holds or awaits something", vertex);
    }
    for (const { id, size, free } of this.examined.semaphores.all()) {
      this.#require(free === size, `settled, with ${free} of ${size} units of semaphore ${id} free`);
    }
  }

  /** Looks at all that was touched. */
  examine(): void {
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const vertex of touched) this.#examine(vertex);
    for (const { id, size, free } of this.examined.semaphores.all()) {
      this.#require(free >= 0 && free <= size, `${free} of ${size} units of semaphore ${id} are free`);
    }
  }

  #bookOf(vertex: Vertex): Book {
    let book = this.#books.get(vertex);
    if (book === undefined) {
      book = new Book();
      this.#books.set(vertex, book);
    }
    return book;
  }

  /** Every step of the engine is over before a microtask runs. */
  #touch(vertex: Vertex): Book {
    this.#touched.add(vertex);
    if (!this.#waits) {
      this.#waits = true;
      queueMicrotask(() => {
        this.#waits = false;
        this.examine();
      });
    }
    return this.#bookOf(vertex);
  }

  #isInGraph(vertex: Vertex): boolean {
    return this.examined.vertices().get(vertex.id) === vertex;
  }

  #examine(vertex: Vertex): void {
    if (vertex.phase === "ended") {
      this.#checkGone(vertex);
      return;
    }
    if (this.examined.halted() || !this.#isInGraph(vertex)) return;
    this.#checkPlace(vertex);
    this.#checkEvents(vertex);
    this.#checkNotifications(vertex);
    if (vertex.phase === "running" && vertex.attempt?.apply && !vertex.attempt.returned)
      this.#checkAnnounced(vertex);
  }

  /** An idle, armed vertex with a reason to run waits at exactly one bad vertex; a queued one is in the queue. */
  #checkPlace(vertex: Vertex): void {
    const { phase, armed, wantsRun, waitingFor, waiting, blocked, countedBusy, busy, succeeded } = vertex;
    const { inQueue } = this.#bookOf(vertex);
    this.#require(countedBusy === busy, "a vertex is not counted as it is busy", vertex);
    this.#require(inQueue > 0 || phase !== "queued", "a queued vertex is not in the queue", vertex);
    if (phase === "idle" && armed && wantsRun) {
      this.#require(waitingFor !== undefined, "a vertex that has to run is not going to", vertex);
    }
    if (waitingFor !== undefined) {
      this.#require(
        waitingFor.waiting?.has(vertex) === true,
        "a vertex waits in vain: the other does not know",
        vertex,
        waitingFor,
      );
      this.#require(!waitingFor.good, "a vertex waits for one that is good", vertex, waitingFor);
      this.#require(waitingFor.phase !== "ended", "a vertex waits for one that has left", vertex, waitingFor);
    }
    for (const other of waiting ?? []) {
      const knows = other.waitingFor === vertex || other.phase === "ended";
      this.#require(knows, "a vertex is waited for by one that waits for another", vertex, other);
    }
    this.#require(
      !blocked || (waitingFor?.stuck === true && !succeeded),
      "a vertex counts as blocked, but is not",
      vertex,
    );
  }

  /** Whatever is a reason to check leads to a check that begins later, unless the vertex cannot be checked. */
  #checkEvents(vertex: Vertex): void {
    const { reasonAt, checkedAt } = this.#bookOf(vertex);
    if (reasonAt < checkedAt) return;
    const awaited =
      vertex.dirty || vertex.hold !== undefined || vertex.phase === "closed" || vertex.phase === "failed";
    this.#require(awaited, "an event is lost", vertex);
  }

  /** A notification is known until it was acted on, and is owed for as long. Nobody is notified of nothing. */
  #checkNotifications(vertex: Vertex): void {
    const { notifiedAt, ranAt } = this.#bookOf(vertex);
    const acts = vertex.phase === "running" && notifiedAt !== undefined && notifiedAt <= ranAt;
    if (notifiedAt === undefined) {
      this.#require(!vertex.notified, "a vertex has a notification that nobody sent", vertex);
      return;
    }
    this.#require(vertex.notified || vertex.owed || acts, "a notification is lost", vertex);
    this.#require(
      this.examined.intents.owes(vertex.id) || !vertex.heedsNotifications,
      "a notification is due that is not written down",
      vertex,
    );
  }

  /** Whom a check will notify if it changes anything is written down while it runs. */
  #checkAnnounced(vertex: Vertex): void {
    const announced = this.examined.intents.announced(vertex.id);
    for (const { vertex: successor, notify } of vertex.successors) {
      const isDue = notify && successor.heedsNotifications && successor.phase !== "ended";
      const isKnown = !isDue || announced.includes(successor.id);
      this.#require(isKnown, "a check runs, and whom it will notify is not written down", vertex, successor);
    }
  }

  #checkGone(vertex: Vertex): void {
    const { watch, claim, hold, retryTimer, armed } = vertex;
    const isFree = watch === undefined && claim === undefined && hold === undefined;
    this.#require(
      isFree && retryTimer === undefined && !armed,
      "a vertex holds something at its end",
      vertex,
    );
  }

  #require(holds: boolean, promise: string, ...concerned: readonly Vertex[]): void {
    if (holds || this.#isBroken) return;
    this.#isBroken = true;
    this.broken(
      new InvariantError(
        [`a defect of mgmt, please report it: ${promise}`, ...concerned.map((each) => this.#tell(each))].join(
          "\n",
        ),
      ),
    );
  }

  #tell(vertex: Vertex): string {
    const { phase, waitingFor } = vertex;
    const flags = {
      armed: vertex.armed,
      dirty: vertex.dirty,
      notified: vertex.notified,
      owed: vertex.owed,
      receiving: vertex.receiving,
      succeeded: vertex.succeeded,
      blocked: vertex.blocked,
      "event held back": vertex.hold !== undefined,
      "check goes on": vertex.attempt !== undefined && !vertex.attempt.returned,
    };
    const set = Object.entries(flags).flatMap(([name, holds]) => (holds ? [name] : []));
    const now = [phase, ...set, ...(waitingFor === undefined ? [] : [`waits for ${waitingFor.key}`])];
    const { story } = this.#bookOf(vertex);
    return `${vertex.id}: ${now.join(", ")}; until then: ${story.join("; ")}`;
  }
}
