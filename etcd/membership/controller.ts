import type { Leadership } from "../client/campaign.ts";
import type { EtcdClient } from "../client/client.ts";
import { EtcdError } from "../client/error.ts";
import { LeaseClient } from "../client/etcd3.ts";
import { Members } from "../client/members.ts";
import { pause } from "../client/pause.ts";
import type { Comparison, Operation } from "../client/transaction.ts";
import {
  type Decision,
  decide,
  type FoundMember,
  initialMembers,
  type RemovalCause,
  type Situation,
  type Step,
} from "./decide.ts";
import { MembershipKeys } from "./keys.ts";
import { isUsableUrl, isWellStatus, type Observation, observe } from "./observe.ts";
import { encodeJson, encodeRecord } from "./records.ts";
import { type MembershipTimings, standardMembershipTimings } from "./timings.ts";

/** What the controller does and finds; nothing is told twice in a row. */
export type ControllerEvent =
  /** This node controls from now on. */
  | { readonly type: "elected" }
  | { readonly type: "resigned" }
  /** What it makes of what it sees has changed; `decision.notes` may be warnings. */
  | { readonly type: "decided"; readonly decision: Decision }
  | { readonly type: "added"; readonly host: string; readonly memberId: string }
  | { readonly type: "nominated"; readonly host: string; readonly memberId: string }
  | { readonly type: "promoted"; readonly host: string; readonly memberId: string }
  | { readonly type: "given-up"; readonly host: string; readonly memberId: string; readonly reason: string }
  | {
      readonly type: "removed";
      readonly name: string;
      readonly memberId: string;
      readonly because: RemovalCause;
      readonly reason: string;
    }
  | { readonly type: "leader-moved"; readonly to: string }
  | { readonly type: "endpoints"; readonly urls: readonly string[] }
  /** A step is refused, and is tried again. Told once, after the cluster has refused for a while. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "error"; readonly error: unknown };

export interface ControllerOptions {
  /** With the rights of root, as it changes members. */
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** Of this node. */
  readonly name: string;
  /** Must not throw. */
  readonly onEvent: (event: ControllerEvent) => void;
  readonly timings?: Partial<MembershipTimings>;
}

/**
 * Stands for election until the signal fires, and sees to the members of the cluster while it leads: that there are as
 * many as wanted, that dead ones are replaced, that who wants to leave can. Settles once another may be elected.
 *
 * What it knows is in etcd: a step that a controller did not finish is finished by the next one. Only since when members
 * have been unreachable is counted anew.
 */
export function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { client, keyPrefix, name, onEvent } = options;
  const timings = { ...standardMembershipTimings, ...options.timings };
  const keys = new MembershipKeys(keyPrefix);
  return client.campaign(
    {
      prefix: keys.controller,
      value: Buffer.from(name),
      ttl: timings.controllerTtl,
      lead: (leadership) => void new Term({ client, keys, timings, onEvent, leadership }).run(),
      onError: (error) => onEvent({ type: "error", error }),
    },
    signal,
  );
}

interface TermOptions {
  readonly client: EtcdClient;
  readonly keys: MembershipKeys;
  readonly timings: MembershipTimings;
  readonly onEvent: (event: ControllerEvent) => void;
  readonly leadership: Leadership;
}

/** One term of office. */
class Term {
  readonly #options: TermOptions;
  readonly #members: Members;
  readonly #signal: AbortSignal;
  /** Fires when something may have changed. */
  #wake = new AbortController();
  /** On the clock of `performance.now()`: since when members are not well. */
  #unwellSince = new Map<string, number>();
  /** Since when steps have been refused, and why at last. */
  #refused: { readonly since: number; readonly reason: string; readonly isTold: boolean } | undefined;
  #toldDecision = "";
  #toldError = "";

  constructor(options: TermOptions) {
    this.#options = options;
    this.#members = new Members(options.client);
    this.#signal = options.leadership.signal;
  }

  async run(): Promise<void> {
    const { onEvent, timings } = this.#options;
    onEvent({ type: "elected" });
    this.#follow();
    while (!this.#signal.aborted) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      let wait = timings.retry;
      try {
        wait = await this.#round();
        this.#toldError = "";
      } catch (error) {
        this.#report(error);
      }
      await pause(wait, AbortSignal.any([this.#signal, signal]));
    }
    onEvent({ type: "resigned" });
  }

  #follow(): void {
    const { client, keys } = this.#options;
    const follower = {
      onChange: () => this.#wake.abort(),
      onError: (error: unknown) => this.#report(error),
    };
    const { volunteers, nominations, leavings, quarantines, replacements } = keys;
    for (const prefix of [volunteers, nominations, leavings, quarantines, replacements])
      client.follow({ prefix }, follower, this.#signal);
    for (const key of [keys.ideal, keys.deadAfter]) client.follow({ key }, follower, this.#signal);
  }

  /** @returns after how many ms to look again if nothing tells of a change before */
  async #round(): Promise<number> {
    const { client, keys, timings, leadership, onEvent } = this.#options;
    const observed = await observe(client, keys, timings.probe, leadership.fence);
    if (observed === undefined || this.#signal.aborted) return timings.retry;
    await this.#publishEndpoints(observed);
    const decision = decide(this.#situation(observed));
    const told = JSON.stringify(decision);
    if (told !== this.#toldDecision) onEvent({ type: "decided", decision });
    this.#toldDecision = told;
    const { step } = decision;
    if (this.#signal.aborted) return timings.retry;
    const isPending = observed.members.some(({ isLearner }) => isLearner);
    if (step.do === "nothing" || step.do === "wait") {
      this.#refused = undefined;
      return isPending ? timings.retry : timings.look;
    }
    try {
      await this.#act(decision, observed);
      this.#refused = undefined;
      return 0;
    } catch (error) {
      if (!(error instanceof EtcdError) || !isPassing(error)) throw error;
      this.#noteRefusal(error.message);
      return timings.retry;
    }
  }

  #situation({ deadAfter, ...observed }: Observation): Situation {
    const now = performance.now();
    const before = this.#unwellSince;
    this.#unwellSince = new Map();
    const members = observed.members.map((member): FoundMember => {
      const status = observed.statuses.get(member.id);
      if (isWellStatus(status)) return { ...member, unwellFor: undefined, answers: true };
      const since = before.get(member.id) ?? now;
      this.#unwellSince.set(member.id, since);
      return { ...member, unwellFor: now - since, answers: status !== undefined };
    });
    return { ...observed, members, deadAfter: deadAfter * 1000, now: Date.now() };
  }

  async #act({ step, reason }: Decision, observed: Observation): Promise<void> {
    const { onEvent } = this.#options;
    switch (step.do) {
      case "nothing":
      case "wait":
        return;
      case "add": {
        const { added, members } = await this.#members.addLearner(step.peerUrls);
        onEvent({ type: "added", host: step.host, memberId: added.id });
        await this.#nominate(step.host, added.id, undefined, { ...observed, members });
        return;
      }
      case "nominate":
        await this.#nominate(step.host, step.memberId, step.deadline, observed);
        return;
      case "promote":
        await this.#members.promote(step.memberId, leaderUrl(observed));
        return;
      case "give-up":
        await this.#members.remove(step.memberId);
        onEvent({ type: "given-up", host: step.host ?? "", memberId: step.memberId, reason });
        return;
      case "end-nomination":
        await this.#endNomination(step, observed);
        return;
      case "remove": {
        const { name, memberId, because } = step;
        await this.#members.remove(memberId);
        onEvent({ type: "removed", name, memberId, because, reason });
        if (because === "replaced")
          await this.#write([{ delete: { key: this.#options.keys.replacement(memberId) } }]);
        return;
      }
      case "move-leader":
        await this.#moveLeader(step.to, observed);
        return;
      case "answer":
        await this.#answer(step, observed);
    }
  }

  async #nominate(
    host: string,
    memberId: string,
    deadline: number | undefined,
    { members, token }: Pick<Observation, "members" | "token">,
  ): Promise<void> {
    const { keys, timings, onEvent } = this.#options;
    const value = encodeRecord({
      memberId,
      members: initialMembers(host, memberId, members),
      token,
      deadline: deadline ?? Date.now() + timings.nomination,
    });
    if (await this.#write([{ put: keys.nomination(host), value }]))
      onEvent({ type: "nominated", host, memberId });
  }

  async #endNomination(
    { host, outcome, quarantines }: Extract<Step, { readonly do: "end-nomination" }>,
    { nominations }: Observation,
  ): Promise<void> {
    const { keys, timings, onEvent } = this.#options;
    const memberId = nominations.get(host)?.memberId ?? "";
    const operations: Operation[] = [{ delete: { key: keys.nomination(host) } }];
    if (quarantines) {
      const lease = await this.#grant(timings.quarantine);
      operations.push({ put: keys.quarantine(host), value: encodeJson({ v: 1, memberId }), lease });
    }
    const isDone = await this.#write(operations);
    if (isDone && outcome === "promoted") onEvent({ type: "promoted", host, memberId });
  }

  async #moveLeader(to: string, observed: Observation): Promise<void> {
    await this.#members.moveLeader(leaderUrl(observed), to);
    const name = observed.members.find(({ id }) => id === to)?.name ?? to;
    this.#options.onEvent({ type: "leader-moved", to: name });
  }

  async #answer(
    { host, state, answer }: Extract<Step, { readonly do: "answer" }>,
    { leaving }: Observation,
  ): Promise<void> {
    const request = leaving.get(host);
    if (request === undefined) return;
    const { modRevision, requestedAt, force } = request;
    const key = this.#options.keys.leaving(host);
    const value = encodeRecord({ requestedAt, force, state, reason: answer });
    // Who has withdrawn or repeated the request meanwhile is not answered to what was before.
    await this.#write([{ put: key, value }], [{ key, modRevision }]);
  }

  async #publishEndpoints({ members, endpoints }: Observation): Promise<void> {
    const { keys, onEvent } = this.#options;
    const urls = members
      .filter(({ isLearner, isStarted }) => isStarted && !isLearner)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ clientUrls }) => clientUrls.filter(isUsableUrl));
    if (urls.length === 0 || JSON.stringify(urls) === JSON.stringify(endpoints)) return;
    if (await this.#write([{ put: keys.endpoints, value: encodeJson(urls) }]))
      onEvent({ type: "endpoints", urls });
  }

  /** @returns whether it was done: not if somebody else controls by now */
  async #write(success: readonly Operation[], compare: readonly Comparison[] = []): Promise<boolean> {
    const { client, leadership } = this.#options;
    if (this.#signal.aborted) return false;
    const all = [leadership.fence, ...compare];
    const { succeeded, repeated } = await client.transact({ compare: all, success });
    return succeeded || repeated;
  }

  /** @returns a lease that nobody keeps alive */
  async #grant(seconds: number): Promise<string> {
    const leases = new LeaseClient(this.#options.client.connection.calls({}));
    return (await leases.leaseGrant({ TTL: seconds })).ID;
  }

  #noteRefusal(reason: string): void {
    const { timings, onEvent } = this.#options;
    const since = this.#refused?.since ?? performance.now();
    const isLong = performance.now() - since >= timings.patience;
    if (isLong && this.#refused?.isTold !== true) onEvent({ type: "refused", reason });
    this.#refused = { since, reason, isTold: isLong };
  }

  #report(error: unknown): void {
    if (this.#signal.aborted || (error instanceof EtcdError && error.isTransient)) return;
    const text = String(error);
    if (text !== this.#toldError) this.#options.onEvent({ type: "error", error });
    this.#toldError = text;
  }
}

/** Whether the next look at the members may lead to something else, or the same be possible. */
function isPassing({ kind, isTransient }: EtcdError): boolean {
  return isTransient || passing.has(kind);
}

const passing: ReadonlySet<EtcdError["kind"]> = new Set([
  "unhealthy-cluster",
  "too-few-members",
  "too-many-learners",
  "not-in-sync",
  "no-learner",
  "no-member",
  "not-leader",
  "duplicate-member",
]);

/** @throws EtcdError if nobody leads, or who does cannot be reached */
function leaderUrl({ leader, statuses }: Observation): string {
  const url = leader === undefined ? undefined : statuses.get(leader)?.url;
  if (url !== undefined) return url;
  throw new EtcdError("not-leader", "the leader of the cluster of etcd cannot be reached");
}
