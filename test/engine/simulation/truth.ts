import type { EdgeStatus, VertexState } from "../../../src/engine/status.ts";
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

/** An edge that somebody had who has left. Somebody who was hidden, and is not, is another one. */
interface LastEdge extends AskedEdge {
  readonly wasHidden: boolean;
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
  readonly name: string;
  readonly refresh: boolean;
  readonly startedAt: number;
  readonly semaphores: readonly string[];
  /** It exports something beside. */
  readonly exports: boolean;
  /** Has changed the thing, and has not come back yet. */
  hasChanged: boolean;
  /** Was told to give up. */
  givenUp: boolean;
  /** Whom it notifies, since its vertex has left. */
  lastEdges: readonly LastEdge[] | undefined;
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
  /** It has failed all the same, so that nobody outside can know when that is told. */
  untold = false;
  /** When somebody before it was changed, of which it has not been told. */
  owedAt: number | undefined;
  /** Those that have to pass that on. */
  via: readonly string[] = [];
  /** Another notification would be no surprise, for nobody outside can know. */
  mayBeTold = false;

  constructor(nature: Nature) {
    this.nature = nature;
  }

  get isHidden(): boolean {
    return this.nature.meta.hidden ?? false;
  }

  /** A notification makes it run; all others pass notifications on. */
  get isTold(): boolean {
    return this.nature.refreshable && !this.isHidden;
  }
}

/** The rules, and who has broken them. It goes on over crashes, like the machine. */
export class Truth {
  readonly violations: string[] = [];
  #moment = 0;
  #subjects = new Map<string, Subject>();
  /** What was owed to those that the first graph of a process does not have. */
  readonly #orphans = new Map<string, Subject>();
  #edges: readonly AskedEdge[] = [];
  #outgoing = new Map<string, AskedEdge[]>();
  /** By the name of those who have left or were replaced: the edges they had. */
  readonly #formerEdges = new Map<string, readonly AskedEdge[]>();
  /** Whose exports have changed, which may not have been told. */
  readonly #exporting = new Set<string>();
  #headOf = new Map<string, string>();
  #isFirstGraph = true;
  /** An earlier process may have owed something to resources that were in no graph any more. */
  #isDoubtful = false;
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
    const groups = this.view().groups();
    const before = this.#subjects;
    const edgesBefore = this.#outgoing;
    this.#edges = this.view()
      .edges()
      .map(({ from, to, notify }) => ({ from: nameOf(from), to: nameOf(to), notify }));
    this.#outgoing = Map.groupBy(this.#edges, ({ from }) => from);
    this.#headOf = new Map();
    this.#subjects = new Map();
    /** Edges along which somebody who has left will notify, as soon as the engine hears of what it changed. */
    const late: LastEdge[] = [];
    const vague: LastEdge[] = [];
    /** Who is hidden, and was not, or the other way around, is another one. */
    const others = new Set<string>();
    const hidden = new Set([...before].flatMap(([name, { isHidden }]) => (isHidden ? [name] : [])));
    const leaves = (name: string, subject: Subject): void => {
      const edges = (edgesBefore.get(name) ?? []).map((edge) => ({
        ...edge,
        wasHidden: hidden.has(edge.to),
      }));
      if (subject.check !== undefined) subject.check.lastEdges = edges;
      else if (subject.unheard) late.push(...edges);
      if (subject.untold) vague.push(...edges);
      this.#formerEdges.set(name, [...(this.#formerEdges.get(name) ?? []), ...edges]);
    };
    for (const [head, members] of groups) {
      const natures = [head, ...members].flatMap((name) => this.#natureOf(name, asked) ?? []);
      for (const { name } of natures) this.#headOf.set(name, head);
      const [nature] = natures;
      if (nature === undefined) {
        this.violated(`${head} runs, and nobody asked for it`);
        continue;
      }
      const signature = natures.map(({ name, version }) => `${name}@${version}`).join();
      const subject = before.get(head) ?? this.#orphans.get(head) ?? this.#newSubject(nature);
      this.#orphans.delete(head);
      if (subject.signature !== signature) {
        leaves(head, subject);
        if (before.has(head) && hidden.has(head) !== (nature.meta.hidden ?? false)) {
          subject.owedAt = undefined;
          others.add(head);
        }
        subject.check = undefined;
        subject.lastCheck = undefined;
        subject.mustRun = true;
        subject.succeeded = false;
        subject.unheard = false;
        subject.untold = false;
      }
      subject.nature = nature;
      subject.signature = signature;
      if (nature.meta.hidden) subject.mustRun = false;
      this.#subjects.set(head, subject);
      if (!this.#heeds(head)) subject.owedAt = undefined;
    }
    for (const [name, subject] of before) {
      if (this.#subjects.has(name)) continue;
      leaves(name, subject);
      if (this.#isFirstGraph) this.#orphans.set(name, subject);
    }
    this.#isFirstGraph = false;
    for (const name of asked.natures.keys()) {
      if (!this.#headOf.has(name)) this.violated(`${name} was asked for, and does not run`);
    }
    const running = new Map(this.#edges.map((edge) => [`${edge.from} ${edge.to}`, edge.notify]));
    for (const { from, to, notify } of asked.edges) {
      const found = running.get(`${this.#headOf.get(from)} ${this.#headOf.get(to)}`);
      if (found === undefined || (notify && !found))
        this.violated(`the edge from ${from} to ${to} is missing`);
    }
    for (const [name, subject] of this.#subjects) {
      if (subject.owedAt === undefined) continue;
      if (!subject.isTold) {
        // It passes on what it was owed in a former version, along the edges it has now.
        subject.owedAt = undefined;
        this.#mayTell(name, new Set());
      } else if (subject.via.some((each) => others.has(each)) || !this.#pathLives(subject.via, name)) {
        subject.owedAt = undefined;
        subject.mayBeTold = true;
      }
    }
    this.#oweLate(late);
    for (const { to, notify } of vague) if (notify) this.#mayTell(to, new Set());
    for (const name of this.#exporting) this.exportChanged(name);
    // What was on its way to be passed on takes the new edges.
    for (const [name, { mayBeTold }] of this.#subjects) if (mayBeTold) this.#mayTell(name, new Set());
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
    if (!subject.untold) return;
    // It was made anew since it had failed, and told what it had changed when it left.
    subject.untold = false;
    for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#mayTell(to, new Set());
  }

  checkStarts(nature: Nature, refresh: boolean, apply: boolean): SeenCheck {
    const { name } = nature;
    const check: SeenCheck = {
      name,
      refresh,
      startedAt: ++this.#moment,
      semaphores: nature.meta.sema ?? [],
      exports: (nature.meta.export?.length ?? 0) > 0,
      hasChanged: false,
      givenUp: false,
      lastEdges: undefined,
    };
    const subject = this.#subjects.get(name);
    if (subject === undefined || subject.nature.version !== nature.version) {
      this.violated(`${name} is checked, and is not in the graph`);
      return check;
    }
    for (const other of this.#going) {
      if (other.name === name && !this.leftBehind.has(name)) this.violated(`two checks of ${name} at once`);
    }
    if (apply === (nature.meta.noop ?? false)) this.violated(`${name} is checked with apply = ${apply}`);
    this.#checkOrder(name, subject);
    if (refresh) {
      if (!nature.refreshable) this.violated(`${name} is notified and cannot be`);
      if (subject.owedAt === undefined && !subject.mayBeTold) this.violated(`${name} is notified by nobody`);
    } else if (subject.owedAt !== undefined && subject.via.length === 0 && !subject.mayBeTold && apply) {
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
    const subject = this.#subjects.get(check.name);
    const isCurrent = subject?.check === check;
    if (subject !== undefined && isCurrent) {
      subject.check = undefined;
      if (failed) subject.mustRun = true;
      // What was given up is told at once, see below.
      if (changed) subject.unheard = !check.givenUp;
    }
    if (!changed || !check.givenUp) return;
    // The engine hears of it when its export is over too, and there may be other edges by then.
    if (check.exports) this.exportChanged(check.name);
    else if (check.lastEdges !== undefined) this.#oweLate(check.lastEdges);
    else
      for (const { to, notify } of this.#outgoing.get(check.name) ?? []) if (notify) this.#owe(to, [], true);
  }

  /** The thing has been changed by a check that has not come back yet. */
  changedEarly(check: SeenCheck): void {
    check.hasChanged = true;
    const subject = this.#subjects.get(check.name);
    if (subject?.check === check) subject.unheard = true;
  }

  /** A record in the store is another one now. Nobody outside can know when that is told, and along which edges. */
  exportChanged(name: string): void {
    const edges = [...(this.#outgoing.get(name) ?? []), ...(this.#formerEdges.get(name) ?? [])];
    for (const { to, notify } of edges) if (notify) this.#mayTell(to, new Set());
    this.#exporting.add(name);
  }

  /** The engine has heard what came of a run. */
  ran({ name, apply, changed, error }: HeardRun): void {
    const subject = this.#subjects.get(name);
    if (subject === undefined) return;
    this.#moment++;
    if (error !== undefined) {
      subject.mustRun = !subject.isHidden;
      if (!subject.unheard) return;
      subject.unheard = subject.check?.hasChanged ?? false;
      subject.untold = true;
      for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#mayTell(to, new Set());
      return;
    }
    subject.succeeded = true;
    subject.untold = false;
    this.#exporting.delete(name);
    if (subject.check === undefined) subject.unheard = false;
    const { lastCheck, owedAt } = subject;
    const isTold = lastCheck?.refresh === true && owedAt !== undefined && owedAt < lastCheck.startedAt;
    if (isTold && apply) {
      subject.owedAt = undefined;
      subject.via = [];
    }
    if (!changed || !apply) return;
    for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#owe(to, [], false);
  }

  /** The engine has heard what came of a run that it had given up, and tells those who are to hear of it. */
  heardLate(name: string): void {
    const subject = this.#subjects.get(name);
    if (subject === undefined || subject.check !== undefined || !subject.unheard) return;
    subject.unheard = false;
    for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#mayTell(to, new Set());
  }

  /** The engine says that nothing is left to do. */
  settled(): void {
    if (this.#subjects.size === 0) return;
    this.#orphans.clear();
    this.#isDoubtful = false;
  }

  /** Nothing is under way at all. */
  atRest(): void {
    const states = this.view().states();
    const isSound = (name: string): boolean => states.get(name) === "ok";
    for (const [name, subject] of this.#subjects) {
      if (states.get(name) === "pending") this.violated(`${name} is pending at rest`);
      if (!isSound(name)) continue;
      if (subject.mustRun) this.violated(`an event of ${name} is lost`);
      if (subject.owedAt !== undefined && subject.via.every(isSound))
        this.violated(`a notification of ${name} is lost`);
    }
    this.#formerEdges.clear();
    if ([...states.values()].every((state) => state === "ok"))
      for (const subject of this.#subjects.values()) subject.mayBeTold = false;
  }

  /**
   * The process is gone, and with it all that was not written down.
   * @param asked the last graph it was asked for; it may have been about to take it
   */
  processEnds(asked: AskedGraph): void {
    for (const [name, subject] of this.#subjects) {
      if (asked.natures.get(name)?.version !== subject.nature.version) subject.owedAt = undefined;
    }
    for (const [name, subject] of this.#subjects) {
      if (!subject.unheard) continue;
      for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#owe(to, [], true);
    }
    for (const check of this.#going) {
      const isKnown = check.hasChanged && !this.leftBehind.has(check.name);
      if (isKnown && check.lastEdges !== undefined) this.#oweLate(check.lastEdges);
      check.givenUp = true;
    }
    for (const [name, subject] of [...this.#subjects]) this.#forgetProcess(name, subject);
    for (const [name, subject] of [...this.#orphans]) this.#forgetProcess(name, subject);
    this.#going.clear();
    this.leftBehind.clear();
    this.#isDoubtful = true;
    this.#isFirstGraph = true;
  }

  #forgetProcess(name: string, subject: Subject): void {
    const heir = new Subject(subject.nature);
    heir.mayBeTold = true;
    if (this.machine.intentsIntact) {
      heir.owedAt = subject.owedAt;
      heir.via = subject.via;
    }
    this.#orphans.delete(name);
    this.#subjects.set(name, heir);
  }

  #newSubject(nature: Nature): Subject {
    const subject = new Subject(nature);
    const { name } = nature;
    const former = [...this.#formerEdges.values()].flat();
    subject.mayBeTold = this.#isDoubtful || former.some(({ to, notify }) => notify && to === name);
    return subject;
  }

  #natureOf(name: string, asked: AskedGraph): Nature | undefined {
    return asked.natures.get(name) ?? this.machine.reversals.get(name);
  }

  #subjectOf(name: string): Subject | undefined {
    return this.#subjects.get(this.#headOf.get(name) ?? "");
  }

  #checkOrder(name: string, subject: Subject): void {
    for (const { from, to } of this.#edges) {
      const before = to === name ? this.#subjects.get(from) : undefined;
      if (before === undefined || (!before.mustRun && before.check === undefined)) continue;
      const state = this.view().states().get(from);
      if ((state === "failed" || state === "blocked") && subject.succeeded) continue;
      this.violated(`${name} is checked while ${from} is ${before.mustRun ? "known to be bad" : "running"}`);
    }
  }

  /** @param isVague nobody outside can know when exactly the engine learns of it */
  #owe(name: string, via: readonly string[], isVague: boolean): void {
    const subject = this.#subjects.get(name);
    if (subject === undefined || via.includes(name)) return;
    if (subject.isTold) {
      subject.owedAt = this.#moment++;
      subject.via = via;
      if (isVague || via.length > 0) subject.mayBeTold = true;
      return;
    }
    // A later version of it may be one that is told itself.
    subject.mayBeTold = true;
    for (const { to, notify } of this.#outgoing.get(name) ?? [])
      if (notify) this.#owe(to, [...via, name], isVague);
  }

  #oweLate(edges: readonly LastEdge[]): void {
    for (const { to, notify, wasHidden } of edges)
      if (notify && this.#subjects.get(to)?.isHidden === wasHidden) this.#owe(to, [], true);
  }

  /** A vertex may have something to pass on. */
  #mayTell(name: string, seen: Set<string>): void {
    const subject = this.#subjects.get(name);
    if (subject === undefined || seen.has(name)) return;
    seen.add(name);
    subject.mayBeTold = true;
    for (const { to, notify } of this.#outgoing.get(name) ?? []) if (notify) this.#mayTell(to, seen);
  }

  #heeds(name: string): boolean {
    const subject = this.#subjects.get(name);
    if (subject?.isTold) return true;
    return (this.#outgoing.get(name) ?? []).some(({ notify }) => notify);
  }

  /** Whether a notification that is being passed on still gets to where it was going. */
  #pathLives(via: readonly string[], name: string): boolean {
    const path = [...via, name];
    return path.slice(1).every((to, index) => {
      const subject = this.#subjects.get(path[index] ?? "");
      if (subject === undefined || subject.isTold) return false;
      return (this.#outgoing.get(path[index] ?? "") ?? []).some((edge) => edge.to === to && edge.notify);
    });
  }
}

/** Of `kind[name]`. */
export function nameOf(key: string): string {
  return key.slice(key.indexOf("[") + 1, -1);
}
