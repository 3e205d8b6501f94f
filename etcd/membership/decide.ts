import type { Member } from "../client/members.ts";
import type { LeavingRecord, NominationRecord, VolunteerRecord } from "./records.ts";

/** A member as it is found to be. */
export interface FoundMember extends Member {
  /** Since how many ms it has been found not to answer, or to be without a leader; undefined if it is well. */
  readonly unwellFor: number | undefined;
  /** Whether it answers, be it that it has no leader. */
  readonly answers: boolean;
}

/** All that the next step depends on. */
export interface Situation {
  readonly members: readonly FoundMember[];
  /** The member that leads; undefined if nobody says so. */
  readonly leader: string | undefined;
  /** By host, as all of these. */
  readonly volunteers: ReadonlyMap<string, VolunteerRecord>;
  readonly nominations: ReadonlyMap<string, NominationRecord>;
  readonly leaving: ReadonlyMap<string, LeavingRecord>;
  readonly quarantined: ReadonlySet<string>;
  /** Members whose hosts' names others have taken over; none if not given. */
  readonly replaced?: ReadonlySet<string>;
  /** How many voters are wanted. */
  readonly ideal: number;
  /** In ms: after which time a member that is not well is replaced. */
  readonly deadAfter: number;
  /** In ms since 1970. */
  readonly now: number;
}

export type RemovalCause = "dead" | "leaving" | "surplus" | "replaced";

/** What is to be done next. There is at most one change of members under way. */
export type Step =
  /** All is as it should be. */
  | { readonly do: "nothing" }
  /** Something is due, and cannot be done now. */
  | { readonly do: "wait" }
  /** Add this host as a learner, and nominate it. */
  | { readonly do: "add"; readonly host: string; readonly peerUrls: readonly string[] }
  /** Write the nomination of a learner that has none, or an outdated one. */
  | {
      readonly do: "nominate";
      readonly host: string;
      readonly memberId: string;
      readonly deadline: number | undefined;
    }
  | { readonly do: "promote"; readonly host: string; readonly memberId: string }
  /** Remove a learner; its nomination ends in the next step. */
  | { readonly do: "give-up"; readonly host: string | undefined; readonly memberId: string }
  /** Delete a nomination: its member is a voter, or gone. */
  | {
      readonly do: "end-nomination";
      readonly host: string;
      readonly outcome: "promoted" | "gone";
      readonly quarantines: boolean;
    }
  | {
      readonly do: "remove";
      readonly memberId: string;
      readonly name: string;
      readonly because: RemovalCause;
    }
  /** Another voter is to lead before the leader is removed. */
  | { readonly do: "move-leader"; readonly to: string }
  /** Tell a host that wants to leave what becomes of that. */
  | {
      readonly do: "answer";
      readonly host: string;
      readonly state: LeavingRecord["state"];
      readonly answer: string;
    };

export interface Decision {
  readonly step: Step;
  /** Why this is the next step, for people. */
  readonly reason: string;
  /** What people should know besides: dangers, and volunteers that cannot be accepted. */
  readonly notes: readonly string[];
}

/** Decides what is to be done next about the members of the cluster. */
export function decide(situation: Situation): Decision {
  const view = new View(situation);
  const outcome =
    settledNomination(view) ??
    pendingLearner(view) ??
    leavingHost(view) ??
    lostQuorum(view) ??
    replacedMember(view) ??
    emptiedMember(view) ??
    deadMember(view) ??
    surplusVoter(view) ??
    growth(view, "") ??
    contentment(view);
  return { ...outcome, notes: notes(view) };
}

type Outcome = Omit<Decision, "notes">;

/** How many voters there should be, of those who can be: an even number tolerates no more losses than the one below. */
export function wantedVoters(ideal: number, eligible: number): number {
  const count = Math.min(ideal, eligible);
  return ideal === 2 || count % 2 === 1 ? count : Math.max(0, count - 1);
}

/** How many of so many voters have to agree. */
export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** The situation, seen by what the rules ask for. */
class View {
  readonly voters: readonly FoundMember[];
  readonly learners: readonly FoundMember[];
  readonly well: readonly FoundMember[];
  /** Voters that are not to leave. */
  readonly staying: readonly FoundMember[];
  /** Hosts that could be added, the preferred one first. */
  readonly candidates: readonly string[];
  /** Those that will be, once their quarantine is over. */
  readonly laterCandidates: readonly string[];
  /** Why others cannot be. */
  readonly refusals: readonly string[];

  constructor(readonly situation: Situation) {
    const { members, volunteers, quarantined } = situation;
    this.voters = members.filter(({ isLearner }) => !isLearner);
    this.learners = members.filter(({ isLearner }) => isLearner);
    this.well = this.voters.filter(isWell);
    this.staying = this.voters.filter(({ name }) => !this.isToGo(name));
    const refusals: string[] = [];
    const able: string[] = [];
    for (const [host, record] of volunteers) {
      if (this.isToGo(host) || this.memberOf(host) !== undefined) continue;
      const refusal = this.#refusal(host, record);
      if (refusal === undefined) able.push(host);
      else refusals.push(refusal);
    }
    this.candidates = able.filter((host) => !quarantined.has(host)).sort((a, b) => this.#order(a, b));
    this.laterCandidates = able.filter((host) => quarantined.has(host)).sort();
    this.refusals = refusals.sort();
  }

  get hasQuorum(): boolean {
    return this.well.length >= quorumOf(this.voters.length);
  }

  /** Whether a host is to leave, or has left. */
  isToGo(host: string): boolean {
    const leaving = this.situation.leaving.get(host);
    return leaving !== undefined && leaving.state !== "refused";
  }

  /** The member of a host; one that has not been started is known by its URLs. */
  memberOf(host: string): FoundMember | undefined {
    const { members, nominations, volunteers } = this.situation;
    const peerUrls = volunteers.get(host)?.peerUrls ?? [];
    return (
      members.find(({ name }) => name === host) ??
      members.find(({ id }) => id === nominations.get(host)?.memberId) ??
      members.find((each) => !each.isStarted && isSameUrls(each.peerUrls, peerUrls))
    );
  }

  /** The host that a learner is for, as far as anything tells. */
  hostOf(learner: FoundMember): string | undefined {
    if (learner.name !== "") return learner.name;
    const { volunteers } = this.situation;
    return [...volunteers.keys()]
      .sort()
      .find((host) => isSameUrls(volunteers.get(host)?.peerUrls ?? [], learner.peerUrls));
  }

  zoneOf(host: string): string {
    return this.situation.volunteers.get(host)?.zone ?? "";
  }

  sinceOf(host: string): number {
    return this.situation.volunteers.get(host)?.since ?? Number.POSITIVE_INFINITY;
  }

  votersIn(zone: string): number {
    return this.staying.filter(({ name }) => this.zoneOf(name) === zone).length;
  }

  /** Zones with fewer voters first, then the host that has been up the longest. */
  #order(a: string, b: string): number {
    return (
      this.votersIn(this.zoneOf(a)) - this.votersIn(this.zoneOf(b)) ||
      compare(this.sinceOf(a), this.sinceOf(b)) ||
      compare(a, b)
    );
  }

  #refusal(host: string, record: VolunteerRecord): string | undefined {
    const { peerUrls, memberId } = record;
    const cannot = `${host} cannot become a member`;
    if (memberId !== null)
      return `${cannot} as long as it has the data of member ${memberId}, which is none of this cluster; move them away by mgmt cluster reset on ${host}`;
    if (peerUrls.length === 0) return `${cannot}: it offers no peer URL; start it with --server-urls`;
    for (const member of this.situation.members) {
      const shared = peerUrls.find((url) => member.peerUrls.includes(url));
      if (shared !== undefined)
        return `${cannot}: its peer URL ${shared} is that of ${titleOf(member)}; start it with --server-urls set to an address of its own`;
    }
    const versions = this.voters.flatMap(
      ({ name }) => this.situation.volunteers.get(name)?.etcdVersion ?? [],
    );
    const oldest = versions.toSorted((a, b) => minorOf(a) - minorOf(b))[0];
    if (oldest !== undefined && minorOf(record.etcdVersion) < minorOf(oldest))
      return `${cannot}: its etcd ${record.etcdVersion} is older than those of the members, ${oldest} and newer; update mgmt on it`;
    const urls = this.voters.flatMap((voter) => voter.peerUrls);
    const [cluster, own] = [reachOf(urls), reachOf(peerUrls)];
    if (cluster === own && own !== "socket") return undefined;
    return cluster === "network"
      ? `${cannot}: its peer URLs (${peerUrls.join(", ")}) cannot be reached from other hosts; start it with --server-urls set to an address that they reach`
      : `${cannot}: the members of the cluster cannot be reached from other hosts (${urls.join(", ")}); start them with --server-urls set to addresses that others reach`;
  }
}

/** A nomination whose member is a voter by now, or is gone. */
function settledNomination({ situation }: View): Outcome | undefined {
  for (const host of sortedKeys(situation.nominations)) {
    const nomination = situation.nominations.get(host);
    const member = situation.members.find(({ id }) => id === nomination?.memberId);
    if (nomination === undefined || member?.isLearner === true) continue;
    const isLate = situation.now > nomination.deadline;
    return member === undefined
      ? {
          step: { do: "end-nomination", host, outcome: "gone", quarantines: isLate },
          reason: `the member that ${host} was nominated for has been removed`,
        }
      : {
          step: { do: "end-nomination", host, outcome: "promoted", quarantines: false },
          reason: `${host} is a voter now`,
        };
  }
  return undefined;
}

/** A learner is promoted or given up before anything else changes. */
function pendingLearner(view: View): Outcome | undefined {
  const { nominations, members, now } = view.situation;
  const [learner] = view.learners.toSorted((a, b) => compare(a.id, b.id));
  if (learner === undefined) return undefined;
  const { id: memberId } = learner;
  const nominated = sortedKeys(nominations).find((host) => nominations.get(host)?.memberId === memberId);
  const host = nominated ?? view.hostOf(learner);
  const giveUp = (reason: string): Outcome => ({
    step: { do: "give-up", host, memberId },
    reason,
  });
  if (host === undefined)
    return giveUp(`member ${memberId} has never been started, and no volunteer belongs to it`);
  if (view.isToGo(host)) return giveUp(`${host} is to leave`);
  const others = view.candidates.filter((each) => each !== host);
  const wanted = wantedVoters(view.situation.ideal, view.staying.length + 1 + others.length);
  if (view.staying.length >= wanted)
    return giveUp(`${host} is not needed any more: ${count(wanted, "voter is", "voters are")} wanted`);
  const nomination = nominated === undefined ? undefined : nominations.get(nominated);
  if (nomination === undefined)
    return {
      step: { do: "nominate", host, memberId, deadline: undefined },
      reason: `${host} has been added as a learner, and has not been told`,
    };
  if (now > nomination.deadline)
    return giveUp(
      learner.isStarted
        ? `${host} has not caught up in time`
        : `${host} has not started its server in time; see its log`,
    );
  if (!learner.isStarted && !isSameMembers(nomination, host, members))
    return {
      step: { do: "nominate", host, memberId, deadline: nomination.deadline },
      reason: `the members have changed since ${host} was told of them`,
    };
  const due = `${host} has been added as a learner`;
  if (!learner.isStarted) return waiting(`${due}, and has to start its server`);
  if (!isWell(learner)) return waiting(`${due}, and does not answer`);
  if (!view.hasQuorum) return lostQuorum(view);
  return { step: { do: "promote", host, memberId }, reason: `${due}, and catches up with the others` };
}

function leavingHost(view: View): Outcome | undefined {
  const { leaving } = view.situation;
  const due = sortedKeys(leaving).filter((host) => {
    const state = leaving.get(host)?.state;
    return state === "requested" || state === "waiting";
  });
  const order = (host: string): number => leaving.get(host)?.requestedAt ?? 0;
  for (const host of due.sort((a, b) => compare(order(a), order(b)))) {
    const request = leaving.get(host);
    const outcome = request === undefined ? undefined : letGo(view, host, request);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

function letGo(view: View, host: string, request: LeavingRecord): Outcome | undefined {
  const { voters, well } = view;
  const answer = (state: LeavingRecord["state"], text: string): Outcome => ({
    step: { do: "answer", host, state, answer: text },
    reason: `${host} is to leave: ${text === "" ? "it is no member" : text}`,
  });
  const member = voters.find(({ name }) => name === host);
  if (member === undefined) return answer("left", "");
  const isLast = voters.length === 1;
  // While it is down itself, nobody can be added before it is removed.
  if (isLast || (!request.force && isWell(member))) {
    const replacement = growth(view, `, in place of ${host}`);
    if (replacement !== undefined) {
      if (request.state !== "waiting" || request.reason !== replacement.reason)
        return answer("waiting", replacement.reason);
      // What it waits for may be that a dead member is removed.
      return replacement.step.do === "wait" ? undefined : replacement;
    }
  }
  if (isLast)
    return answer(
      "refused",
      `${host} is the last member, and nobody volunteers to take its place; mgmt cluster reset on ${host} gives the cluster up`,
    );
  const survivors = voters.length - 1;
  const wellSurvivors = well.filter(({ id }) => id !== member.id);
  if (wellSurvivors.length < quorumOf(survivors) && !request.force)
    return answer(
      "refused",
      `of the ${count(survivors, "voter")} that would stay only ${count(wellSurvivors.length, "is", "are")} well, and ${quorumOf(survivors)} have to be; bring the others up, or leave with --force`,
    );
  const heir = heirOf(view, member);
  if (heir !== undefined)
    return {
      step: { do: "move-leader", to: heir.id },
      reason: `${host} is to leave, so that ${titleOf(heir)} is to lead`,
    };
  return {
    step: { do: "remove", memberId: member.id, name: host, because: "leaving" },
    reason: `${host} is to leave`,
  };
}

/** Who is to lead before a member is removed; undefined if it does not, or nobody else can. */
function heirOf(view: View, member: FoundMember): FoundMember | undefined {
  if (view.situation.leader !== member.id || !isWell(member)) return undefined;
  return view.well
    .filter(({ id }) => id !== member.id)
    .sort((a, b) => Number(view.isToGo(a.name)) - Number(view.isToGo(b.name)) || compare(a.name, b.name))[0];
}

function lostQuorum({ voters, well, hasQuorum }: View): Outcome | undefined {
  if (hasQuorum) return undefined;
  const silent = voters.filter(({ answers }) => !answers);
  const cure = silent.length === 0 ? "see that they reach each other" : `bring ${namesOf(silent)} up`;
  return waiting(
    `of ${count(voters.length, "voter")} only ${count(well.length, "is", "are")} well, and ${quorumOf(voters.length)} have to be before anything is changed; ${cure}, or see mgmt cluster recover`,
  );
}

/** It may run, on a machine that nobody means any more, and must not be waited for: the others may need its vote for this. */
function replacedMember(view: View): Outcome | undefined {
  const { replaced } = view.situation;
  const member = view.voters.find(({ id }) => replaced?.has(id) === true);
  if (member === undefined || view.voters.length === 1) return undefined;
  const survivors = view.well.filter(({ id }) => id !== member.id);
  if (survivors.length < quorumOf(view.voters.length - 1)) return undefined;
  const { id: memberId, name } = member;
  const reason = `another machine has taken the place of ${titleOf(member)}`;
  const heir = heirOf(view, member);
  if (heir !== undefined) return { step: { do: "move-leader", to: heir.id }, reason };
  return { step: { do: "remove", memberId, name, because: "replaced" }, reason };
}

/** A member whose host says that it has nothing of it: it will never come back. */
function emptiedMember(view: View): Outcome | undefined {
  const { volunteers } = view.situation;
  const member = view.voters.find(
    (each) => !isWell(each) && !view.isToGo(each.name) && volunteers.get(each.name)?.memberId === null,
  );
  if (member === undefined || view.voters.length === 1) return undefined;
  const { id: memberId, name } = member;
  return {
    step: { do: "remove", memberId, name, because: "replaced" },
    reason: `${name} has lost its data, and is to become a new member`,
  };
}

/** One that has been gone for long goes first and is replaced then: etcd adds none while a voter is down. */
function deadMember(view: View): Outcome | undefined {
  const { deadAfter } = view.situation;
  const [dead] = view.voters
    .filter(({ unwellFor = 0, name }) => unwellFor > 0 && unwellFor >= deadAfter && !view.isToGo(name))
    .sort((a, b) => compare(b.unwellFor ?? 0, a.unwellFor ?? 0) || compare(a.id, b.id));
  const [successor] = view.candidates;
  if (dead === undefined || successor === undefined) return undefined;
  return {
    step: { do: "remove", memberId: dead.id, name: dead.name, because: "dead" },
    reason: `${titleOf(dead)} has been unreachable for ${seconds(dead.unwellFor ?? 0)}, and ${successor} can take its place`,
  };
}

function surplusVoter(view: View): Outcome | undefined {
  const { situation, voters, well, candidates, laterCandidates } = view;
  const { ideal } = situation;
  const eligible = voters.length + candidates.length + laterCandidates.length;
  const wanted = wantedVoters(ideal, eligible);
  if (voters.length <= wanted) return undefined;
  const isForParity = voters.length <= ideal;
  // Two copies of everything are better than one, and one that restarts will be back.
  if (isForParity && (voters.length === 2 || well.length < voters.length)) return undefined;
  const [victim] = voters.toSorted(
    (a, b) => dispensability(view, b) - dispensability(view, a) || later(view, a, b),
  );
  if (victim === undefined) return undefined;
  const reason = isForParity
    ? `${voters.length} voters tolerate no more losses than ${wanted}`
    : `${count(wanted, "voter is", "voters are")} wanted, and there are ${voters.length}`;
  const heir = heirOf(view, victim);
  if (heir !== undefined) return { step: { do: "move-leader", to: heir.id }, reason };
  const { id: memberId, name } = victim;
  return { step: { do: "remove", memberId, name, because: "surplus" }, reason };
}

/** The more, the sooner a voter goes if there are too many. */
function dispensability(view: View, voter: FoundMember): number {
  const { leader, volunteers } = view.situation;
  if (!isWell(voter)) return 1e6;
  if (voter.id === leader) return -1;
  return (volunteers.has(voter.name) ? 0 : 1e3) + view.votersIn(view.zoneOf(voter.name));
}

function later(view: View, a: FoundMember, b: FoundMember): number {
  return compare(view.sinceOf(b.name), view.sinceOf(a.name)) || compare(b.name, a.name);
}

/** @param purpose is said in the reason */
function growth(view: View, purpose: string): Outcome | undefined {
  const { situation, voters, staying, candidates } = view;
  const wanted = wantedVoters(situation.ideal, staying.length + candidates.length);
  const [host] = candidates;
  if (host === undefined || staying.length >= wanted) return undefined;
  const unwell = voters.filter((each) => !isWell(each));
  if (unwell.length > 0)
    return waiting(
      `${host} is to be added${purpose}, but not before ${namesOf(unwell)} is well again or removed`,
    );
  const peerUrls = situation.volunteers.get(host)?.peerUrls ?? [];
  return {
    step: { do: "add", host, peerUrls },
    reason: `${host} is to be added${purpose}: ${count(wanted, "voter is", "voters are")} wanted`,
  };
}

function contentment({ situation, voters, well, candidates }: View): Outcome {
  const { ideal } = situation;
  const unwell = voters.filter((each) => !isWell(each));
  if (well.length < voters.length)
    return waiting(
      `${namesOf(unwell)} cannot be reached; it is replaced ${seconds(situation.deadAfter)} after it was lost if another host volunteers by then`,
    );
  const all = `${count(voters.length, "voter", "voters")}, all well`;
  if (voters.length >= ideal) return { step: { do: "nothing" }, reason: all };
  return {
    step: { do: "nothing" },
    reason:
      candidates.length === 0
        ? `${all}; there are ${ideal} wanted, for which more hosts have to volunteer`
        : `${all}; there are ${ideal} wanted, and ${candidates.join(", ")} waits for more hosts to volunteer, as an even number tolerates no more failures`,
  };
}

function notes(view: View): readonly string[] {
  const { situation, voters, well, laterCandidates, refusals } = view;
  const two =
    voters.length === 2
      ? ["the cluster stands still if either of its two voters is lost; three can do without one"]
      : [];
  const short =
    voters.length > 2 && view.hasQuorum && well.length === quorumOf(voters.length)
      ? [
          `${namesOf(voters.filter((each) => !isWell(each)))} ${voters.length - well.length === 1 ? "is" : "are"} missing; the cluster stands still if one more voter is lost`,
        ]
      : [];
  const late = laterCandidates.map(
    (host) => `${host} did not become a member in time; it gets another chance after some minutes`,
  );
  const doubles = [...new Set(situation.members.map(({ name }) => name))].flatMap((name) =>
    name !== "" && situation.members.filter((each) => each.name === name).length > 1
      ? [`several members are named ${name}; remove the one that does not run`]
      : [],
  );
  return [...two, ...short, ...refusals, ...late, ...doubles];
}

function waiting(reason: string): Outcome {
  return { step: { do: "wait" }, reason };
}

function isWell({ unwellFor }: FoundMember): boolean {
  return unwellFor === undefined;
}

/** Comparable: 3.10 is more than 3.9. */
function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}

type Reach = "socket" | "loopback" | "network";

/** From where all of the URLs can be reached. */
function reachOf(urls: readonly string[]): Reach {
  const reaches = urls.map((url): Reach => {
    if (/^unixs?:/.test(url)) return "socket";
    return /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i.test(url) ? "loopback" : "network";
  });
  if (reaches.includes("socket")) return "socket";
  return reaches.includes("loopback") ? "loopback" : "network";
}

function isSameMembers(nomination: NominationRecord, host: string, members: readonly FoundMember[]): boolean {
  const named = initialMembers(host, nomination.memberId, members);
  const names = Object.keys(named);
  return (
    names.length === Object.keys(nomination.members).length &&
    names.every((name) => isSameUrls(named[name] ?? [], nomination.members[name] ?? []))
  );
}

/** All members by name, as a new one of them has to know them: those that are not known by name yet get one. */
export function initialMembers(
  host: string,
  memberId: string,
  members: readonly Member[],
): Readonly<Record<string, readonly string[]>> {
  const named: Record<string, readonly string[]> = {};
  for (const { id, name, peerUrls } of members) {
    const isFree = name !== "" && name !== host && named[name] === undefined;
    named[id === memberId ? host : isFree ? name : `member-${id}`] = peerUrls;
  }
  return named;
}

function isSameUrls(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.toSorted().join(" ") === b.toSorted().join(" ");
}

function titleOf({ id, name }: Member): string {
  return name === "" ? `member ${id}` : name;
}

function namesOf(members: readonly FoundMember[]): string {
  return members.map(titleOf).sort().join(", ");
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function seconds(milliseconds: number): string {
  return count(Math.round(milliseconds / 1000), "second");
}

function sortedKeys(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].sort();
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
