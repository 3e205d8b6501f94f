import type { EdgeStatus, VertexState } from "../../../src/engine/status.ts";
import { Debts } from "./debts.ts";
import type { Machine } from "./machine.ts";
import type { Nature } from "./nature.ts";

/** A graph as it was asked for; edges are pairs of names. */
export interface AskedGraph {
  readonly natures: ReadonlyMap<string, Nature>;
  readonly edges: readonly AskedEdge[];
  /** By receiver: who sends to it. */
  readonly senders: ReadonlyMap<string, string>;
}

export interface AskedEdge {
  readonly from: string;
  readonly to: string;
  readonly notify: boolean;
}

/** What the running engine says of itself when it has taken a graph, and later. */
export interface EngineView {
  edges(): readonly EdgeStatus[];
  /** All names that are vertices of their own, each with those it does the work of. */
  groups(): ReadonlyMap<string, readonly string[]>;
  states(): ReadonlyMap<string, VertexState>;
}

/** How a run ended, as told by the engine. */
export interface HeardRun {
  readonly name: string;
  readonly apply: boolean;
  readonly changed: boolean;
  readonly error: string | undefined;
  /** It will not be tried again by itself. */
  readonly final: boolean;
}

/** A check as it is seen by the resource: from the call to the answer. */
export interface SeenCheck {
  readonly id: string;
  readonly name: string;
  readonly refresh: boolean;
  readonly startedAt: number;
  readonly semaphores: readonly string[];
  /** Has changed the thing, and has not come back yet. */
  hasChanged: boolean;
  /** Was told to give up. */
  givenUp: boolean;
  /** Whom it notifies, since its vertex has left. */
  lastReceivers: readonly string[] | undefined;
}

/** What is true of a vertex, as far as somebody can know who sees the machine and the calls to resources. */
class Subject {
  nature: Nature;
  /** Names and versions of it and its group. */
  signature = "";
  /** An event was told, a check has failed, or it is new: it has to be checked. */
  mustRun = true;
  succeeded = false;
  check: SeenCheck | undefined;
  lastCheck: SeenCheck | undefined;
  /** Its last check has changed something, and the engine has not said that it heard. */
  unheard = false;
  /** It has heard that this failed all the same, since an export beside it did: told by the next that does not, or when it leaves. */
  untold = false;

  constructor(nature: Nature) {
    this.nature = nature;
  }

  get isHidden(): boolean {
    return this.nature.meta.hidden ?? false;
  }

  /** When it fails, without being another one: nobody outside knows since when, and so along which edges it tells. */
  get mayBeMadeAnew(): boolean {
    return this.nature.meta.rewatch ?? false;
  }
}

/**
 * The rules, and who has broken them. It goes on over crashes, like the machine.
 *
 * Vertices go by the name of their head; somebody who was hidden, and is not, is another one, and has another id.
 */
export class Truth {
  readonly violations: string[] = [];
  readonly #debts = new Debts();
  /** By id. */
  #subjects = new Map<string, Subject>();
  /** Pairs of ids. */
  #edges: readonly AskedEdge[] = [];
  /** By name, of members too. */
  #idOf = new Map<string, string>();
  /** By name: all ids it ever had. */
  readonly #idsOf = new Map<string, Set<string>>();
  /** The graph that runs; undefined before the first one of a process. */
  #asked: AskedGraph | undefined;
  /** What the engine has given up waiting for, so that it may overlap with what follows. */
  readonly leftBehind = new Set<string>();
  /** Calls of checks that go on, also of those that have left. */
  readonly #going = new Set<SeenCheck>();

  constructor(
    readonly machine: Machine,
    readonly view: () => EngineView,
  ) {}

  violated(what: string): void {
    this.violations.push(what);
  }

  /** A graph has taken effect. */
  installed(asked: AskedGraph): void {
    const before = this.#subjects;
    this.#subjects = new Map();
    this.#idOf = new Map();
    const replaced: [id: string, Subject][] = [];
    for (const [head, members] of this.view().groups()) {
      const natures = [head, ...members].flatMap((name) => this.#natureOf(name, asked) ?? []);
      const [nature] = natures;
      if (nature === undefined) {
        this.violated(`${head} runs, and nobody asked for it`);
        continue;
      }
      const id = nature.meta.hidden ? `hidden ${head}` : head;
      for (const { name } of natures) this.#noteId(name, id);
      const signature = natures.map(({ name, version }) => `${name}@${version}`).join();
      const former = before.get(id);
      let subject = former;
      if (subject?.signature !== signature) {
        subject = new Subject(nature);
        subject.signature = signature;
        subject.mustRun = !subject.isHidden;
      }
      if (former !== undefined && former !== subject) replaced.push([id, former]);
      this.#subjects.set(id, subject);
    }
    const leaving = [...replaced, ...[...before].filter(([id]) => !this.#subjects.has(id))];
    const owed = leaving.flatMap(([id, subject]) => this.#leaves(id, subject));
    this.#takeEdges(asked);
    this.#debts.owe(owed);
    this.#asked = asked;
  }

  #noteId(name: string, id: string): void {
    this.#idOf.set(name, id);
    const ids = this.#idsOf.get(name) ?? new Set();
    this.#idsOf.set(name, ids.add(id));
  }

  /** @returns whom it will notify, as soon as the engine hears of what it has changed */
  #leaves(id: string, { check, unheard, untold }: Subject): readonly string[] {
    const receivers = this.#debts.receiversOf(id);
    if (check !== undefined) check.lastReceivers = receivers;
    if (unheard || untold) this.#debts.mayTell(id);
    return untold || (check === undefined && unheard) ? receivers : [];
  }

  #takeEdges(asked: AskedGraph): void {
    const idOf = (name: string): string => this.#idOf.get(name) ?? name;
    const edges = this.view()
      .edges()
      .map(({ from, to, notify }) => ({ from: idOf(nameOf(from)), to: idOf(nameOf(to)), notify }));
    this.#edges = edges;
    const running = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge.notify]));
    for (const name of asked.natures.keys()) {
      if (!this.#idOf.has(name)) this.violated(`${name} was asked for, and does not run`);
    }
    for (const { from, to, notify } of asked.edges) {
      const found = running.get(`${idOf(from)} ${idOf(to)}`);
      if (found === undefined || (notify && !found))
        this.violated(`the edge from ${from} to ${to} is missing`);
    }
    const isTold = new Map(
      [...this.#subjects].map(([id, { nature, isHidden }]) => [id, nature.refreshable && !isHidden]),
    );
    const receivers = new Map<string, string[]>();
    for (const { from, to, notify } of edges) {
      if (notify) receivers.set(from, [...(receivers.get(from) ?? []), to]);
    }
    this.#debts.runs({ isTold, receivers }, this.#asked === undefined);
  }

  /** An event was told to the engine, which had to heed it. */
  told(name: string): void {
    const subject = this.#subjectOf(name);
    if (subject !== undefined) subject.mustRun = true;
  }

  opened(name: string): void {
    const subject = this.#subjectOf(name);
    if (subject === undefined) return;
    subject.mustRun = true;
    subject.succeeded = false;
  }

  checkStarts(nature: Nature, refresh: boolean, apply: boolean): SeenCheck {
    const { name } = nature;
    const id = this.#idOf.get(name) ?? name;
    const check: SeenCheck = {
      id,
      name,
      refresh,
      startedAt: this.#debts.tick(),
      semaphores: nature.meta.sema ?? [],
      hasChanged: false,
      givenUp: false,
      lastReceivers: undefined,
    };
    const subject = this.#subjects.get(id);
    if (subject === undefined || subject.nature.version !== nature.version) {
      this.violated(`${name} is checked, and is not in the graph`);
      return check;
    }
    for (const other of this.#going) {
      if (other.name === name && !this.leftBehind.has(name)) this.violated(`two checks of ${name} at once`);
    }
    if (apply === (nature.meta.noop ?? false)) this.violated(`${name} is checked with apply = ${apply}`);
    this.#checkOrder(id, subject);
    if (refresh) {
      if (!nature.refreshable) this.violated(`${name} is notified and cannot be`);
      if (!this.#debts.mustBeTold(id) && !this.#debts.mayBeTold(id))
        this.violated(`${name} is notified by nobody`);
    } else if (apply && this.#debts.mustBeTold(id)) {
      this.violated(`${name} is checked and not told of a notification`);
    }
    subject.mustRun = false;
    subject.check = check;
    subject.lastCheck = check;
    this.#going.add(check);
    for (const id of check.semaphores) {
      const size = Number(id.split(":")[1] ?? 1);
      const holders = [...this.#going].filter((each) => !each.givenUp && each.semaphores.includes(id));
      if (holders.length > size) this.violated(`${holders.length} hold the semaphore ${id}`);
    }
    return check;
  }

  /** The call has come back. @param changed something was wrong, and is right now */
  checkEnds(check: SeenCheck, failed: boolean, changed: boolean): void {
    this.#going.delete(check);
    const { id, givenUp, lastReceivers } = check;
    const subject = this.#subjects.get(id);
    const isCurrent = subject?.check === check;
    if (changed && isCurrent && !givenUp) this.#debts.willTell(id);
    else if (changed) this.#debts.mayTell(id);
    if (subject !== undefined && isCurrent) {
      subject.check = undefined;
      if (failed) subject.mustRun = true;
      // What was given up is told at once, see below.
      if (changed) subject.unheard = !givenUp;
    }
    if (!changed || !givenUp) return;
    if (lastReceivers !== undefined) this.#debts.owe(lastReceivers);
    else if (subject?.mayBeMadeAnew === false) this.#debts.owe(this.#debts.receiversOf(id), { via: [id] });
  }

  /** The thing has been changed by a check that has not come back yet. */
  changedEarly(check: SeenCheck): void {
    check.hasChanged = true;
    this.#debts.willTell(check.id);
    const subject = this.#subjects.get(check.id);
    if (subject?.check === check) subject.unheard = true;
  }

  /** A record in the store is another one now. */
  exportChanged(name: string): void {
    for (const id of this.#idsOf.get(name) ?? []) this.#debts.mayTell(id);
  }

  /** The engine has heard what came of a run. */
  ran({ name, apply, changed, error }: HeardRun): void {
    const id = this.#idOf.get(name) ?? name;
    const subject = this.#subjects.get(id);
    if (subject === undefined) return;
    if (error !== undefined) {
      subject.mustRun = !subject.isHidden;
      if (subject.unheard) this.#debts.mayTell(id);
      const goesOn = subject.check?.hasChanged ?? false;
      subject.untold ||= subject.unheard && !goesOn && !subject.mayBeMadeAnew;
      subject.unheard = goesOn;
      return;
    }
    subject.succeeded = true;
    subject.untold = false;
    const { check, lastCheck } = subject;
    if (check === undefined) subject.unheard = false;
    if (!apply) return;
    if (lastCheck?.refresh) this.#debts.paid(id, lastCheck.startedAt);
    if (changed) this.#debts.tells(id);
  }

  /** The engine has heard what came of a run that it had given up. */
  heardLate(name: string): void {
    const subject = this.#subjectOf(name);
    if (subject !== undefined && subject.check === undefined) subject.unheard = false;
  }

  /** The engine says that nothing is left to do. */
  settled(): void {
    if (this.#subjects.size > 0) this.#debts.settled();
  }

  /** Nothing is under way at all. */
  atRest(): void {
    const states = this.view().states();
    const isSound = (id: string): boolean => this.#stateOf(id, states) === "ok";
    for (const [id, subject] of this.#subjects) {
      const { name } = subject.nature;
      if (this.#stateOf(id, states) === "pending") this.violated(`${name} is pending at rest`);
      if (isSound(id) && subject.mustRun) this.violated(`an event of ${name} is lost`);
      if (this.#debts.isLost(id, isSound)) this.violated(`a notification of ${name} is lost`);
    }
    // An empty graph says nothing of what an earlier process owed: those concerned may still come.
    const ids = [...this.#subjects.keys()];
    if (ids.length > 0 && ids.every(isSound) && this.#going.size === 0) this.#debts.allTold();
  }

  /**
   * The process is gone, and with it all that was not written down.
   * @param asked the last graph it was asked for; it may have been about to take it
   */
  processEnds(asked: AskedGraph): void {
    for (const [id, { unheard }] of this.#subjects) {
      if (unheard) this.#debts.owe(this.#debts.receiversOf(id));
    }
    for (const check of this.#going) {
      if (check.hasChanged && !this.leftBehind.has(check.name)) this.#debts.owe(check.lastReceivers ?? []);
      check.givenUp = true;
    }
    this.#debts.processEnds(asked === this.#asked && this.machine.intentsIntact);
    this.#subjects.clear();
    this.#idOf.clear();
    this.#edges = [];
    this.#going.clear();
    this.leftBehind.clear();
    this.#asked = undefined;
  }

  #natureOf(name: string, asked: AskedGraph): Nature | undefined {
    return asked.natures.get(name) ?? this.machine.reversals.get(name);
  }

  #subjectOf(name: string): Subject | undefined {
    return this.#subjects.get(this.#idOf.get(name) ?? "");
  }

  /** Undefined for those that are not in the graph. */
  #stateOf(id: string, states: ReadonlyMap<string, VertexState>): VertexState | undefined {
    return states.get(this.#subjects.get(id)?.nature.name ?? "");
  }

  #checkOrder(id: string, subject: Subject): void {
    const states = this.view().states();
    for (const { from, to } of this.#edges) {
      const before = to === id ? this.#subjects.get(from) : undefined;
      if (before === undefined || (!before.mustRun && before.check === undefined)) continue;
      const state = this.#stateOf(from, states);
      if ((state === "failed" || state === "blocked") && subject.succeeded) continue;
      this.violated(`${id} is checked while ${from} is ${before.mustRun ? "known to be bad" : "running"}`);
    }
  }
}

/** Of `kind[name]`. */
export function nameOf(key: string): string {
  return key.slice(key.indexOf("[") + 1, -1);
}
