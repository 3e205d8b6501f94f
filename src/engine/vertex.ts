import type { Meta } from "../../lang/meta.ts";
import type { Attempt } from "./attempt.ts";
import type { PlannedNode } from "./graph.ts";
import { type Adoption, Part } from "./part.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { Behavior, Resource } from "./resource.ts";
import { Retries } from "./retries.ts";
import { type Claim, semaphoreOrder } from "./semaphores.ts";
import type { WatchRun } from "./watch-run.ts";

/**
 * What a vertex is doing:
 *
 * closed -> idle -> queued -> (acquiring ->) running -> idle | retrying | failed; any -> ended
 *
 * - closed: not opened yet, or opening
 * - idle: nothing to do, or waiting for its watch or its predecessors
 * - queued: may run, and will at the next chance
 * - acquiring: waits for semaphores
 * - running: is being checked
 * - retrying: waits before the next attempt
 * - failed: for good, until something gives it a new chance
 * - ended: no longer in the graph
 */
export type Phase = "closed" | "idle" | "queued" | "acquiring" | "running" | "retrying" | "failed" | "ended";

const none: readonly never[] = [];

/** An edge as its first vertex sees it. */
export interface Successor {
  readonly vertex: Vertex;
  readonly notify: boolean;
  readonly auto: boolean;
}

/** What holds for all vertices of a graph. */
export interface VertexOptions {
  /** Change nothing. */
  readonly noop: boolean;
  /** A semaphore that all of them take. */
  readonly semaphore: string | undefined;
}

/** What was known of a vertex last, before whatever is under way. */
export type Standing = "new" | "ok" | "noop" | "failed";

/** One resource of the running graph, and all that is known of its state. Decides nothing: see `scheduler.ts`. */
export class Vertex extends Part {
  readonly id: string;
  /** What it holds while it works, in the order in which it takes them. */
  semaphores: readonly string[];

  /** As it was exported last. */
  exported: Resource | undefined;
  /** A run has repaired or exported something and failed all the same, so that nobody has been told. */
  untold = false;

  predecessors: readonly Vertex[] = none;
  successors: readonly Successor[] = none;
  /** Who receives from it. */
  receivers: readonly Vertex[] = none;

  phase: Phase = "closed";
  behavior: Behavior | undefined;
  /** While `open` is going on. */
  opening: Promise<void> | undefined;
  /** Its watch tells of changes, so that a check cannot miss one. */
  armed = false;
  watch: WatchRun | undefined;
  /** Resolves when the watch before has ended, or was given up. */
  watchEnding: Promise<void> | undefined;
  /** The check that runs, or one that did not heed its timeout. */
  attempt: Attempt | undefined;
  readonly retries = new Retries();
  rateLimit: RateLimit | undefined;
  /** Calls off the event that the rate limit holds back. */
  hold: (() => void) | undefined;
  /** Calls off the wait before the next attempt, be it one more or one that it gets for {@link shortageDelay}. */
  retryTimer: (() => void) | undefined;
  /** Semaphores that are held, or waited for. */
  claim: Claim | undefined;

  /** The state of the machine may differ from what was last seen. */
  dirty = true;
  /** A notification has not been acted on. */
  notified: boolean;
  /** The run that is going on acts on a notification, or will pass it on. */
  acting = false;
  /** A notification was seen in noop mode, so that it is still due once the mode ends. */
  owed = false;
  /** A sender has sent something new, or the wiring is new. */
  receiving = false;
  /** There are senders to be asked before a run. */
  receivesAny: boolean;
  /** Has been checked without failure since it entered the graph. */
  succeeded = false;
  /** The last check found something wrong and left it, in noop mode. */
  leftAlone = false;
  /** Cannot run because of predecessors that failed for good. */
  blocked = false;
  /** Has asked for its peers, and so depends on who they are. */
  usesPeers = false;

  /** Calls of the check that have come back, or were given up at their timeout. */
  checks = 0;
  /** Those that were allowed to make something right. */
  applies = 0;
  /** How often it made something right. */
  changes = 0;
  failures = 0;
  standing: Standing = "new";
  /** When it was made right last, on the engine's clock. */
  madeRightAt: number | undefined;
  /** Of the last failure; undefined after a success. */
  error: string | undefined;
  /** The same, not forgotten after a success. */
  lastError: { readonly message: string; readonly at: number } | undefined;
  /** When the event came that it has not been checked for yet, on the engine's clock; only if somebody observes checks. */
  eventAt: number | undefined;
  /** When it failed for good, on the engine's clock. */
  failedAt = 0;
  /** Why it failed for good, if that was after the last success; it may be at a new chance. */
  failure: string | undefined;
  /** After how many milliseconds it tries again by itself, since it failed for want of something; 0 if it did not. */
  shortageDelay = 0;
  /** On the scheduler's count of moments: when the last check began, and when it last changed something. */
  startedAt = 0;
  changedAt = 0;

  /** Ancestors that were bad when a check failed; it is not repeated before they are good. */
  distant: readonly Vertex[] = none;
  /** The one bad vertex it waits for; others are looked at when that one has become good. */
  waitingFor: Vertex | undefined;
  /** Those that wait for this one, if there are any. */
  waiting: Set<Vertex> | undefined;
  /** Where the search for a bad predecessor goes on. */
  searchFrom = 0;
  /** Counted by the scheduler as having something under way. */
  countedBusy = false;

  /**
   * @param since when its {@link standing} came to be what it is, on the engine's clock; not touched by a check that
   *   finds nothing wrong
   * @param replaced the vertex it replaces, whose debts it takes over
   */
  constructor(
    node: PlannedNode,
    public options: VertexOptions,
    public since: number,
    replaced?: Vertex,
  ) {
    super(node);
    this.id = node.id;
    this.notified = replaced?.owesNotification ?? false;
    if (replaced !== undefined && !this.meta.reset) this.retries.used = replaced.retries.used;
    this.receivesAny = this.hasReceiver();
    this.semaphores = this.#takes();
  }

  /**
   * Notes what holds for all vertices of the graph from now on. A run that is under way goes on as it began.
   * @returns whether it has to be looked at anew, since what may be done about it is another
   */
  follow(options: VertexOptions): boolean {
    const before = this.options;
    if (before.noop === options.noop && before.semaphore === options.semaphore) return false;
    const wasNoop = this.noop;
    this.options = options;
    this.semaphores = this.#takes();
    if (wasNoop === this.noop) return false;
    this.dirty = true;
    // What was left undone is due once it may be done.
    if (!this.noop && this.owed) {
      this.owed = false;
      this.notified = true;
    }
    return true;
  }

  #takes(): readonly string[] {
    const { semaphore } = this.options;
    const sema =
      this.members.length === 0
        ? this.meta.sema
        : [...this.parts()].flatMap(({ declared }) => declared.meta.sema);
    return semaphoreOrder(semaphore === undefined ? sema : [...sema, semaphore]);
  }

  /** Notes that the graph has the same resource again, perhaps with another wiring. */
  override adopt(node: PlannedNode): Adoption {
    const adopted = super.adopt(node);
    this.receivesAny = this.hasReceiver();
    if (adopted.rewired) this.receiving = this.receivesAny;
    this.dirty ||= adopted.altered;
    return adopted;
  }

  /** Notes a failure. @param at on the engine's clock */
  fails(message: string, at: number): void {
    this.failures++;
    this.error = message;
    this.lastError = { message, at };
    if (this.standing === "failed") return;
    this.standing = "failed";
    this.since = at;
  }

  get meta(): Meta {
    return this.declared.meta;
  }

  get noop(): boolean {
    return this.options.noop || this.meta.noop;
  }

  /** A notification makes it run; all others pass notifications on. */
  get refreshable(): boolean {
    return this.declared.refreshable && !this.meta.hidden;
  }

  /** Whether the vertex that replaces it takes over a notification; a run that is acting on one may yet fail. */
  get owesNotification(): boolean {
    return this.notified || this.owed || this.acting;
  }

  /** A notification means something to it or to those it would pass it on to. */
  get heedsNotifications(): boolean {
    return this.refreshable || this.successors.some(({ notify }) => notify);
  }

  /** There is a reason to run it. */
  get wantsRun(): boolean {
    return this.dirty || this.notified || this.receiving;
  }

  /** Known to be as it should be: what comes after it may run. */
  get good(): boolean {
    return (
      this.phase === "idle" &&
      this.succeeded &&
      !this.dirty &&
      !this.notified &&
      !this.receiving &&
      this.hold === undefined
    );
  }

  /** Not good, and nothing that is under way will change that. */
  get stuck(): boolean {
    return this.phase === "failed" || this.blocked;
  }

  /** Something is under way. An idle vertex that waits for others is not busy; one of those is. */
  get busy(): boolean {
    switch (this.phase) {
      case "failed":
      case "ended":
        return false;
      case "idle":
        return !this.armed || this.hold !== undefined;
      default:
        return true;
    }
  }
}
