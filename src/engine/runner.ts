import type { Value } from "../../lang/value.ts";
import { explainError } from "../os/errors.ts";
import { isPassing } from "../world/passing.ts";
import { Attempt, type Outcome, type Work } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { EngineEnvironment } from "./environment.ts";
import type { Exporter } from "./exporter.ts";
import type { Intents } from "./intents.ts";
import type { Observers } from "./observers.ts";
import { noFields, type Part } from "./part.ts";
import { patience } from "./patience.ts";
import type { Behavior } from "./resource.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Semaphores } from "./semaphores.ts";
import { changedFields, type PartOfVertex, receive, whence } from "./send-receive.ts";
import type { Vertex } from "./vertex.ts";
import type { Watching } from "./watching.ts";

const nobody: readonly Vertex[] = [];

/** What the runner asks of the engine. */
export interface RunnerLinks {
  /** A vertex of the running graph. */
  find(id: string): Vertex | undefined;
  /** A resource of the running graph that is not hidden, by `kind[name]`. */
  findPart(key: string): PartOfVertex | undefined;
  /** Makes a vertex that failed for good work again, from opening on if need be. */
  restart(vertex: Vertex): void;
  /** A check has found nothing wrong, or has made it right. */
  applied(vertex: Vertex): void;
}

/**
 * Runs a vertex once (engine specification, 2.2): semaphores, received values, the check, and what its outcome means
 * for the vertex itself, its successors and its receivers.
 */
export class Runner {
  constructor(
    readonly environment: EngineEnvironment,
    readonly clock: Clock,
    readonly scheduler: Scheduler,
    readonly watching: Watching,
    readonly semaphores: Semaphores,
    readonly exporter: Exporter,
    readonly intents: Intents,
    readonly observers: Observers,
    readonly links: RunnerLinks,
  ) {}

  /** Takes a vertex that may run out of the queue. */
  run(vertex: Vertex): void {
    // Much may have happened since it was queued, and then it must not sit on what others could use.
    if (!vertex.armed || !this.scheduler.mayRun(vertex)) {
      this.#toIdle(vertex);
      return;
    }
    if (vertex.semaphores.length > 0 && !vertex.meta.hidden) {
      vertex.claim ??= this.semaphores.claim(vertex.semaphores, () => this.scheduler.enqueue(vertex));
      if (!vertex.claim.granted) {
        this.scheduler.enter(vertex, "acquiring");
        return;
      }
    }
    this.#step(vertex);
  }

  /** Publishes values; those of a running check count when it has succeeded. */
  send(vertex: Vertex, part: Part, values: ReadonlyMap<string, Value>): void {
    const { attempt } = vertex;
    if (vertex.phase === "ended") return;
    if (attempt === undefined || attempt.returned) this.#wake(this.#publish(vertex, part, values));
    else if (attempt.abortReason === undefined) part.outbox = values;
  }

  /**
   * Ends all hope for a vertex, until {@link giveNewChance}. Its successors learn that they are blocked.
   * @param watch whether there is still somebody who would tell of an event
   */
  failForGood(vertex: Vertex, message: string, watch: "ends" | "goes-on" = "ends"): void {
    this.#letGo(vertex);
    this.#takeBack(vertex);
    if (watch === "ends") this.watching.stop(vertex);
    const now = this.clock.now();
    vertex.failedAt = now;
    vertex.failure = message;
    vertex.waitingFor?.waiting?.delete(vertex);
    vertex.waitingFor = undefined;
    vertex.blocked = false;
    vertex.dirty = true;
    this.scheduler.invariants?.needsCheck(vertex, "failed for good");
    vertex.fails(message, now);
    this.environment.log("error", vertex.key, message);
    this.scheduler.enter(vertex, "failed");
    const { kind, name } = vertex.declared;
    this.observers.failed({ kind, name, message, final: true });
  }

  /** The world is no longer what it was when a vertex failed: one more attempt. */
  giveNewChance(vertex: Vertex, reason: string): void {
    if (vertex.phase !== "failed" || this.scheduler.halted) return;
    const { attempt } = vertex;
    if (attempt !== undefined && !attempt.returned) {
      void attempt.whenReturned.then(() => this.giveNewChance(vertex, reason));
      return;
    }
    // An event that waits for its turn has got it.
    vertex.hold?.();
    vertex.hold = undefined;
    this.environment.log("info", vertex.key, `tries again, since ${reason}`);
    this.links.restart(vertex);
  }

  /** Its watch tells of an event: a new chance, but not so often that a check whose own doing it is could go on for ever. */
  eventAfterFailure(vertex: Vertex): void {
    if (vertex.hold !== undefined || this.scheduler.halted) return;
    const wait = Math.max(0, vertex.failedAt + patience.afterFailure - this.clock.now());
    vertex.hold = this.clock.after(wait, () => {
      vertex.hold = undefined;
      this.giveNewChance(vertex, "something has happened");
    });
  }

  /** Lets nothing new start: waits for semaphores and retries are called off. Running checks go on. */
  halt(vertices: Iterable<Vertex>): void {
    this.scheduler.halt();
    for (const vertex of vertices) {
      if (vertex.phase !== "queued" && vertex.phase !== "acquiring" && vertex.phase !== "retrying") continue;
      this.#letGo(vertex);
      this.scheduler.enter(vertex, "idle");
    }
  }

  /** Gives back whatever a vertex holds or waits for, except its watch. */
  #letGo(vertex: Vertex): void {
    vertex.claim?.release();
    vertex.claim = undefined;
    vertex.retryTimer?.();
    vertex.retryTimer = undefined;
    for (const part of vertex.parts()) part.outbox = undefined;
  }

  /** Takes a vertex that leaves the graph out of everything. Its check, if one runs, is told to give up. */
  remove(vertex: Vertex): void {
    this.scheduler.enter(vertex, "ended");
    vertex.attempt?.abort("removed");
    this.#letGo(vertex);
    this.#tellUntold(vertex);
  }

  /** There will be no further run of a vertex that could tell what it changed. */
  #tellUntold(vertex: Vertex): void {
    if (!vertex.untold) return;
    vertex.untold = false;
    this.#wake(this.#notify(vertex));
  }

  #toIdle(vertex: Vertex): void {
    this.#letGo(vertex);
    this.scheduler.enter(vertex, "idle");
    this.scheduler.consider(vertex);
  }

  #step(vertex: Vertex): void {
    this.scheduler.enter(vertex, "running");
    this.scheduler.invariants?.starts(vertex);
    vertex.startedAt = this.scheduler.tick();
    vertex.distant = nobody;
    if (vertex.hold !== undefined) {
      vertex.hold();
      vertex.hold = undefined;
      vertex.dirty = true;
    }
    if (vertex.receivesAny && !this.#receive(vertex)) return;
    const refresh = vertex.notified && vertex.refreshable;
    const due = vertex.dirty || refresh;
    const check = due ? vertex.behavior : undefined;
    const work = this.#workOf(vertex, check);
    const { eventAt } = vertex;
    vertex.acting = vertex.notified;
    vertex.notified = false;
    vertex.dirty = false;
    vertex.eventAt = undefined;
    if (work === undefined) {
      if (due) this.scheduler.invariants?.checks(vertex, undefined);
      this.#succeed(vertex, true, !vertex.noop);
      return;
    }
    for (const part of vertex.parts()) part.outbox = undefined;
    const { show } = this.environment;
    const attempt = new Attempt(
      !vertex.noop,
      refresh,
      vertex.freshlyTaken,
      show && ((change) => show(vertex.key, change)),
    );
    vertex.attempt = attempt;
    attempt.checks = check !== undefined;
    attempt.eventAt = eventAt;
    if (attempt.apply) this.#announce(vertex);
    if (this.observers.timed) attempt.startedAt = this.clock.now();
    if (due) this.scheduler.invariants?.checks(vertex, attempt);
    attempt.start(
      work,
      vertex.meta.timeout,
      this.clock,
      (outcome) => this.#finish(vertex, attempt, outcome),
      (outcome) => this.#finishLate(vertex, attempt, outcome),
    );
  }

  /**
   * The vertex takes other semaphores, and does not wait for those before any more; what has got them keeps them for a
   * run. It is to be considered afterwards.
   */
  semaphoresChanged(vertex: Vertex): void {
    if (vertex.phase !== "acquiring") return;
    this.#letGo(vertex);
    this.scheduler.enter(vertex, "idle");
  }

  /** The vertex has other edges, which count for a check that runs as well. */
  edgesChanged(vertex: Vertex): void {
    const { attempt } = vertex;
    if (attempt?.apply && !attempt.returned) this.#announce(vertex);
  }

  /** Writes down who is to be notified if the check that runs changes anything. */
  #announce({ id, successors }: Vertex): void {
    const receivers: string[] = [];
    for (const { vertex, notify } of successors) {
      if (notify && this.links.find(vertex.id)?.heedsNotifications) receivers.push(vertex.id);
    }
    if (receivers.length > 0) this.intents.start(id, receivers);
  }

  /** The check, and beside it the export, of whatever is due; undefined if neither is. */
  #workOf(vertex: Vertex, check: Behavior | undefined): Work | undefined {
    if (!this.exporter.isDue(vertex) && !vertex.untold) return check;
    return {
      checkApply: async (run) => {
        const exporting = this.exporter.export(vertex);
        const checking = (async () => (await check?.checkApply(run)) ?? true)();
        const [checked, exported] = await Promise.allSettled([checking, exporting]);
        vertex.untold ||= checked.status === "fulfilled" && !checked.value;
        vertex.untold ||= exported.status === "fulfilled" && exported.value;
        if (checked.status === "rejected") throw checked.reason;
        if (exported.status === "rejected") {
          throw new Error(`could not be exported: ${explainError(exported.reason)}`, {
            cause: exported.reason,
          });
        }
        const ok = !vertex.untold;
        vertex.untold = false;
        return ok;
      },
    };
  }

  /** @returns whether to go on with the check now */
  #receive(vertex: Vertex): boolean {
    const reception = receive(vertex, (key) => this.links.findPart(key));
    switch (reception.kind) {
      case "unchanged":
        vertex.receiving = false;
        return true;
      case "failed":
        this.#fail(vertex, reception.message);
        return false;
      case "unknown": {
        this.environment.log("info", vertex.key, `left alone: ${reception.message}`);
        vertex.receiving = false;
        vertex.acting = vertex.notified;
        vertex.notified = false;
        vertex.dirty = false;
        this.scheduler.invariants?.checks(vertex, undefined);
        vertex.leftAlone = true;
        vertex.owed ||= vertex.acting && vertex.refreshable;
        this.#succeed(vertex, false, false);
        return false;
      }
      case "changed":
        vertex.receiving = false;
        vertex.dirty = true;
        this.scheduler.invariants?.needsCheck(vertex, "received other values");
        for (const { part, values, resource } of reception.parts) {
          part.take(values, resource);
          this.environment.log("info", part.key, `received ${whence(part, values)}`);
        }
        if (!this.watching.restart(vertex)) return true;
        this.#toIdle(vertex);
        return false;
    }
  }

  #finish(vertex: Vertex, attempt: Attempt, outcome: Outcome): void {
    const late = vertex.phase !== "running" || vertex.attempt !== attempt;
    if (attempt.checks) this.#count(vertex, attempt, outcome, late);
    if (late) {
      this.#finishLate(vertex, attempt, outcome);
      return;
    }
    // What goes on after its timeout is still to be reckoned with.
    if (attempt.returned) vertex.attempt = undefined;
    vertex.claim?.release();
    vertex.claim = undefined;
    const { apply, abortReason } = attempt;
    if (!("ok" in outcome)) vertex.eventAt = attempt.eventAt ?? vertex.eventAt;
    if ("ok" in outcome) {
      for (const part of vertex.parts()) part.freshlyTaken = noFields;
      vertex.owed ||= !apply && attempt.refresh;
      vertex.leftAlone = !apply && (!outcome.ok || vertex.owed);
      this.#succeed(vertex, outcome.ok, apply);
      if (apply) this.links.applied(vertex);
    } else if (abortReason === "interrupted" || abortReason === "watch failed") {
      vertex.dirty = true;
      this.scheduler.invariants?.needsCheck(vertex, `check given up: ${abortReason}`);
      this.#takeBack(vertex);
      this.#toIdle(vertex);
    } else {
      this.#fail(vertex, explainError(outcome.error), isPassing(outcome.error));
    }
  }

  #count(vertex: Vertex, { apply, startedAt, eventAt }: Attempt, outcome: Outcome, late: boolean): void {
    vertex.checks++;
    if (apply) vertex.applies++;
    if (!this.observers.timed || startedAt === undefined) return;
    const { kind, name } = vertex.declared;
    const now = this.clock.now();
    const failed = !("ok" in outcome);
    const changed = !failed && !outcome.ok;
    const isRepair = apply && changed && eventAt !== undefined;
    this.observers.checked({
      kind,
      name,
      apply,
      changed,
      failed,
      late,
      duration: now - startedAt,
      repairedAfter: isRepair ? now - eventAt : undefined,
    });
  }

  /** Notes that a vertex is good, or left alone, and since when: anew if it was made right, for then it was not good before. */
  #stand(vertex: Vertex, changed: boolean): void {
    const standing = vertex.leftAlone ? "noop" : "ok";
    if (!changed && vertex.standing === standing) return;
    vertex.standing = standing;
    vertex.since = this.clock.now();
    if (changed) vertex.madeRightAt = vertex.since;
  }

  /**
   * A check that was given up has come to an end all the same. Whatever it changed is changed, and the next check will
   * find nothing wrong, so this is the only chance to tell of it.
   */
  #finishLate(vertex: Vertex, attempt: Attempt, outcome: Outcome): void {
    const changed = "ok" in outcome && !outcome.ok && attempt.apply;
    if (changed) this.#wake(this.#notify(vertex));
    else if (vertex.phase === "ended") this.#tellUntold(vertex);
    if ("error" in outcome) return;
    // Those whom it should notify may have gone by now, and the next process will have them again.
    if (changed && this.scheduler.halted) return;
    const heir = this.links.find(vertex.id);
    if (heir === vertex || heir?.attempt === undefined) this.intents.end(vertex.id);
  }

  /** @returns those who were notified, and those who may want to try again now */
  #notify(vertex: Vertex): Vertex[] {
    this.scheduler.invariants?.notifies(vertex);
    const affected: Vertex[] = [];
    for (const { vertex: successor, notify } of vertex.successors) {
      // A vertex that has left keeps the edges it had, and these may lead to others that have been replaced since.
      const other = successor.phase === "ended" ? this.links.find(successor.id) : successor;
      if (other === undefined) continue;
      if (notify && other.heedsNotifications) {
        this.intents.owe(other.id);
        other.notified = true;
      } else if (other.phase !== "failed") continue;
      affected.push(other);
    }
    return affected;
  }

  /** The notification that a run acted on, if any, is still due. */
  #takeBack(vertex: Vertex): void {
    vertex.notified ||= vertex.acting;
    vertex.acting = false;
  }

  /** @param apply whether the run was allowed to change something */
  #succeed(vertex: Vertex, ok: boolean, apply: boolean): void {
    const { acting } = vertex;
    vertex.acting = false;
    const changed = !ok && apply;
    this.scheduler.invariants?.succeeded(vertex, apply);
    vertex.succeeded = true;
    vertex.error = undefined;
    vertex.failure = undefined;
    if (vertex.meta.retryreset) {
      vertex.retries.used = 0;
      this.intents.useRetries(vertex.id, 0);
    }
    const affected: Vertex[] = [];
    for (const part of vertex.parts()) {
      if (part.outbox !== undefined) affected.push(...this.#publish(vertex, part, part.outbox));
    }
    this.#letGo(vertex);
    this.#stand(vertex, changed);
    if (changed) {
      vertex.changes++;
      vertex.changedAt = this.scheduler.tick();
      this.observers.disturbed();
    }
    const passesOn = acting && !vertex.refreshable;
    if (changed || passesOn) affected.push(...this.#notify(vertex));
    this.intents.end(vertex.id);
    // What has come meanwhile is a debt of its own.
    if (acting && (passesOn || apply) && !vertex.notified) this.intents.pay(vertex.id);
    this.scheduler.enter(vertex, "idle");
    this.scheduler.consider(vertex);
    this.#wake(affected);
  }

  /** @returns those who must take the values in */
  #publish(vertex: Vertex, part: Part, values: ReadonlyMap<string, Value>): Vertex[] {
    const changed = changedFields(part.sent, values);
    part.sent = values;
    const { kind, name } = part.declared;
    const affected = vertex.receivers.filter((receiver) => {
      for (const { receives } of receiver.parts()) {
        for (const wire of receives.values()) {
          if (wire.kind === kind && wire.name === name && changed.has(wire.field)) return true;
        }
      }
      return false;
    });
    for (const receiver of affected) receiver.receiving = true;
    return affected;
  }

  #wake(vertices: readonly Vertex[]): void {
    for (const vertex of vertices) {
      this.giveNewChance(vertex, "what it depends on has changed");
      this.scheduler.consider(vertex);
    }
  }

  /** @param passes it is due to a store that is away, and that is waited for */
  #fail(vertex: Vertex, message: string, passes = false): void {
    vertex.dirty = true;
    this.scheduler.invariants?.needsCheck(vertex, "failed");
    this.#takeBack(vertex);
    if (this.#isExcused(vertex)) {
      const others = vertex.distant.map(({ key }) => key).join(", ");
      const after = others === "" ? "what it depends on was repaired meanwhile" : `waits for ${others}`;
      this.environment.log("info", vertex.key, `runs again (${after}): ${message}`);
      this.#runAgain(vertex, message, 0);
      return;
    }
    if (passes && this.environment.watch) {
      const delay = Math.max(vertex.meta.delay, patience.storeAway);
      // Once is enough: it is tried again for as long as it takes.
      const isNew = vertex.error === undefined;
      if (isNew) this.observers.disturbed();
      this.environment.log(
        isNew ? "warn" : "debug",
        vertex.key,
        `${message}; it is tried again until the store is back`,
      );
      this.#failsForNow(vertex, message, delay);
      return;
    }
    const again = vertex.retries.use(vertex.meta);
    if (again && vertex.meta.retry > 0) this.intents.useRetries(vertex.id, vertex.retries.used);
    if (again || vertex.failure !== message) this.observers.disturbed();
    if (!again) {
      // Events that the check itself has caused say nothing new, and are told while they do not count yet.
      this.environment.drain?.();
      this.failForGood(vertex, message, "goes-on");
      return;
    }
    const { delay, retry } = vertex.meta;
    const count = retry < 0 ? "" : ` (${vertex.retries.used} of ${retry})`;
    this.environment.log("warn", vertex.key, `${message}; next attempt in ${delay} ms${count}`);
    this.#failsForNow(vertex, message, delay);
  }

  #failsForNow(vertex: Vertex, message: string, delay: number): void {
    vertex.fails(message, this.clock.now());
    const { kind, name } = vertex.declared;
    this.observers.failed({ kind, name, message, final: false });
    this.#runAgain(vertex, message, delay);
  }

  #runAgain(vertex: Vertex, message: string, delay: number): void {
    this.#letGo(vertex);
    this.scheduler.enter(vertex, "retrying");
    if (this.scheduler.halted) {
      this.#toIdle(vertex);
      return;
    }
    if (delay === 0) this.#retry(vertex, message);
    else vertex.retryTimer = this.clock.after(delay, () => this.#retry(vertex, message));
  }

  /** @param message why the attempt before failed */
  #retry(vertex: Vertex, message: string): void {
    const { attempt } = vertex;
    if (attempt === undefined || attempt.returned) {
      this.#toIdle(vertex);
      return;
    }
    const seconds = patience.timedOut / 1000;
    vertex.retryTimer = this.clock.after(patience.timedOut, () =>
      this.failForGood(vertex, `${message}, and did not stop within ${seconds} s`),
    );
    void attempt.whenReturned.then(() => {
      if (vertex.phase === "retrying" && vertex.attempt === attempt) this.#toIdle(vertex);
    });
  }

  /**
   * Whether a failure may be due to an ancestor that is, or during the check was, not as it should be: `rm -r` of a
   * directory is an event for it and for everything in it, in any order. Events that have happened are told first.
   */
  #isExcused(vertex: Vertex): boolean {
    if (vertex.predecessors.length === 0) return false;
    this.environment.drain?.();
    const ancestors = new Set(vertex.predecessors);
    const bad: Vertex[] = [];
    let repaired = false;
    for (const ancestor of ancestors) {
      if (!ancestor.good && !ancestor.stuck) bad.push(ancestor);
      repaired ||= ancestor.changedAt > vertex.startedAt;
      for (const predecessor of ancestor.predecessors) ancestors.add(predecessor);
    }
    vertex.distant = bad;
    return bad.length > 0 || repaired;
  }
}
