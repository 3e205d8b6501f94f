/** Plays clusters through what may befall them, with what is decided as the only one who changes their members. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  decide,
  type FoundMember,
  initialMembers,
  quorumOf,
  type Situation,
  type Step,
  wantedVoters,
} from "../../../etcd/membership/decide.ts";
import type { LeavingRecord, NominationRecord } from "../../../etcd/membership/records.ts";
import { volunteer } from "./situations.ts";

const names = ["a", "b", "c", "d", "e", "f", "g"];
/** In seconds. */
const deadAfter = 60;
const nominationTime = 30;
const quarantineTime = 100;

interface Host {
  readonly name: string;
  isUp: boolean;
  /** The member that it has the data of. */
  data: string | undefined;
  /** Whether it never starts its server when it is nominated. */
  isLazy: boolean;
  /** Whether it offers itself. */
  isWilling: boolean;
}

interface SimulatedMember {
  readonly id: string;
  readonly host: string;
  isLearner: boolean;
  isStarted: boolean;
}

type Event =
  | {
      readonly what: "crash" | "boot" | "wipe" | "leave" | "force" | "cancel" | "lazy" | "unwilling";
      readonly host: string;
    }
  | { readonly what: "ideal"; readonly ideal: number }
  | { readonly what: "pass"; readonly seconds: number }
  /** The controller does something; it may die in the middle of it. */
  | { readonly what: "control"; readonly dies: boolean };

class World {
  readonly hosts = new Map<string, Host>();
  members: SimulatedMember[] = [];
  readonly nominations = new Map<string, NominationRecord>();
  readonly leaving = new Map<string, LeavingRecord>();
  /** Until when. */
  readonly quarantine = new Map<string, number>();
  readonly #downSince = new Map<string, number>();
  #leader = "";
  ideal = 5;
  now = 0;
  #lastId = 0;
  readonly log: string[] = [];

  constructor(voters: number) {
    for (const [index, name] of names.entries()) {
      const isVoter = index < voters;
      const id = `m${name}`;
      this.hosts.set(name, {
        name,
        isUp: true,
        data: isVoter ? id : undefined,
        isLazy: false,
        isWilling: true,
      });
      if (isVoter) this.members.push({ id, host: name, isLearner: false, isStarted: true });
    }
  }

  get voters(): readonly SimulatedMember[] {
    return this.members.filter(({ isLearner }) => !isLearner);
  }

  runs({ id, host, isStarted }: SimulatedMember): boolean {
    const { isUp, data } = this.host(host);
    return isStarted && isUp && data === id;
  }

  get running(): number {
    return this.voters.filter((each) => this.runs(each)).length;
  }

  get hasQuorum(): boolean {
    return this.running >= quorumOf(this.voters.length);
  }

  /** It stays the same as long as it runs. */
  get leader(): string | undefined {
    const running = this.voters.filter((each) => this.runs(each)).map(({ id }) => id);
    if (!running.includes(this.#leader)) this.#leader = running[0] ?? "";
    return this.#leader === "" ? undefined : this.#leader;
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(name);
    return host;
  }

  isToGo(name: string): boolean {
    const state = this.leaving.get(name)?.state;
    return state !== undefined && state !== "refused";
  }

  happen(event: Event): void {
    this.log.push(JSON.stringify(event));
    switch (event.what) {
      case "crash":
        this.host(event.host).isUp = false;
        break;
      case "boot":
        this.host(event.host).isUp = true;
        break;
      case "wipe":
        if (!this.host(event.host).isUp) this.host(event.host).data = undefined;
        break;
      case "leave":
      case "force": {
        const force = event.what === "force";
        this.leaving.set(event.host, { requestedAt: this.now, force, state: "requested", reason: "" });
        break;
      }
      case "cancel":
        this.leaving.delete(event.host);
        break;
      case "lazy":
        this.host(event.host).isLazy = !this.host(event.host).isLazy;
        break;
      case "unwilling":
        this.host(event.host).isWilling = !this.host(event.host).isWilling;
        break;
      case "ideal":
        this.ideal = event.ideal;
        break;
      case "pass":
        this.now += event.seconds;
        break;
      case "control":
        this.control(event.dies);
    }
    this.#live();
  }

  /** What hosts do by themselves. */
  #live(): void {
    for (const host of this.hosts.values()) {
      if (!host.isUp || !this.hasQuorum) continue;
      // A server that has been removed ends, and its data are moved away.
      if (!this.members.some(({ id }) => id === host.data)) host.data = undefined;
      const nomination = this.nominations.get(host.name);
      const member = this.members.find(({ id }) => id === nomination?.memberId);
      if (member === undefined || member.isStarted || host.isLazy || nomination === undefined) continue;
      // etcd wants to be told of just those members that there are.
      const urls = JSON.stringify(Object.values(nomination.members).flat().sort());
      if (urls !== JSON.stringify(this.members.map((each) => peerUrl(each.host)).sort())) continue;
      member.isStarted = true;
      host.data = member.id;
    }
    for (const member of this.members) {
      if (this.runs(member)) this.#downSince.delete(member.id);
      else if (!this.#downSince.has(member.id)) this.#downSince.set(member.id, this.now);
    }
    for (const [host, until] of this.quarantine) if (until <= this.now) this.quarantine.delete(host);
  }

  situation(): Situation {
    const members = this.members.map((member): FoundMember => {
      const { id, host, isLearner, isStarted } = member;
      const down = this.now - (this.#downSince.get(id) ?? this.now);
      return {
        id,
        name: isStarted ? host : "",
        isStarted,
        isLearner,
        peerUrls: [peerUrl(host)],
        clientUrls: isStarted ? [`http://${host}:2379`] : [],
        answers: this.runs(member),
        unwellFor: this.runs(member) && this.hasQuorum ? undefined : down * 1000,
      };
    });
    const volunteers = [...this.hosts.values()].filter(
      (host) => host.isUp && host.isWilling && !this.isToGo(host.name),
    );
    return {
      members,
      leader: this.leader,
      volunteers: new Map(
        volunteers.map(({ name, data }) => [name, volunteer(name, { memberId: data ?? null })]),
      ),
      nominations: this.nominations,
      leaving: this.leaving,
      quarantined: new Set(this.quarantine.keys()),
      ideal: this.ideal,
      deadAfter: deadAfter * 1000,
      now: this.now * 1000,
    };
  }

  control(dies = false): Step["do"] {
    // Nobody controls without the store.
    if (!this.hasQuorum) return "nothing";
    const { step, reason } = decide(this.situation());
    this.log.push(`${step.do}: ${reason}`);
    const isForced = step.do === "remove" && this.leaving.get(step.name)?.force === true;
    this.#act(step, dies);
    expect(this.members.filter(({ isLearner }) => isLearner).length).toBeLessThanOrEqual(1);
    expect(this.voters.length).toBeGreaterThan(0);
    if (!isForced) expect(this.hasQuorum).toBe(true);
    return step.do;
  }

  #act(step: Step, dies: boolean): void {
    switch (step.do) {
      case "add": {
        expect(this.members.some(({ isLearner }) => isLearner)).toBe(false);
        expect(this.members.some(({ host }) => host === step.host)).toBe(false);
        if (this.running < this.voters.length) return;
        const id = `n${++this.#lastId}`;
        this.members.push({ id, host: step.host, isLearner: true, isStarted: false });
        if (!dies) this.#nominate(step.host, id, undefined);
        return;
      }
      case "nominate":
        this.#nominate(step.host, step.memberId, step.deadline);
        return;
      case "promote": {
        const learner = this.members.find(({ id }) => id === step.memberId);
        if (learner === undefined) throw new Error("no such learner");
        expect(learner.isLearner && this.runs(learner)).toBe(true);
        learner.isLearner = false;
        return;
      }
      case "give-up":
        expect(this.members.find(({ id }) => id === step.memberId)?.isLearner).toBe(true);
        this.#remove(step.memberId);
        return;
      case "end-nomination":
        this.nominations.delete(step.host);
        if (step.quarantines && !dies) this.quarantine.set(step.host, this.now + quarantineTime);
        return;
      case "remove": {
        const member = this.voters.find(({ id }) => id === step.memberId);
        if (member === undefined) throw new Error("no such voter");
        const running = this.runs(member);
        if (step.because === "dead" || step.because === "replaced") expect(running).toBe(false);
        if (step.because === "dead")
          expect(this.now - (this.#downSince.get(member.id) ?? this.now)).toBeGreaterThanOrEqual(deadAfter);
        const isAlone = this.voters.every((each) => each === member || !this.runs(each));
        expect(running && !isAlone && this.leader === member.id).toBe(false);
        // etcd does not let a majority go that is needed.
        if (running && this.running - 1 < quorumOf(this.voters.length - 1)) return;
        this.#remove(step.memberId);
        return;
      }
      case "answer": {
        const request = this.leaving.get(step.host);
        if (request !== undefined)
          this.leaving.set(step.host, { ...request, state: step.state, reason: step.answer });
        return;
      }
      case "move-leader": {
        const heir = this.voters.find(({ id }) => id === step.to);
        expect(heir !== undefined && this.runs(heir) && step.to !== this.leader).toBe(true);
        this.#leader = step.to;
        return;
      }
      case "wait":
      case "nothing":
    }
  }

  #nominate(host: string, memberId: string, deadline: number | undefined): void {
    const members = initialMembers(host, memberId, this.situation().members);
    const end = deadline ?? (this.now + nominationTime) * 1000;
    this.nominations.set(host, { memberId, members, token: "t", deadline: end });
  }

  #remove(memberId: string): void {
    this.members = this.members.filter(({ id }) => id !== memberId);
  }
}

function peerUrl(host: string): string {
  return `http://${host}:2380`;
}

const host = fc.constantFrom(...names);
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom("crash", "boot", "boot", "wipe"), host }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("leave", "force", "cancel", "cancel"), host }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("lazy", "unwilling"), host }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("ideal" as const), ideal: fc.constantFrom(1, 2, 3, 5, 7) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant("pass" as const), seconds: fc.constantFrom(1, 10, 40, 100) }),
  },
  { weight: 8, arbitrary: fc.record({ what: fc.constant("control" as const), dies: fc.boolean() }) },
);

test("no step of ours costs the quorum, and there are as many voters as wanted when nothing happens any more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(events, { maxLength: 80 }), (voters, all) => {
      const world = new World(voters);
      for (const event of all) world.happen(event);
      for (const each of world.hosts.values()) {
        each.isLazy = false;
        each.isWilling = true;
        world.happen({ what: "boot", host: each.name });
      }
      // More disks are lost than the cluster can do without: that is for people to recover from.
      if (!world.hasQuorum) return;
      let quiet = 0;
      for (let steps = 0; quiet < 30; steps++) {
        if (steps > 500) throw new Error(`it never comes to rest:\n${world.log.slice(-20).join("\n")}`);
        const did = world.control();
        world.happen({ what: "pass", seconds: 10 });
        quiet = did === "nothing" || did === "wait" ? quiet + 1 : 0;
      }
      expectRest(world);
    }),
    { numRuns: 2000, includeErrorInReport: true },
  );
});

function expectRest(world: World): void {
  const told = world.log.slice(-40).join("\n");
  const { members, voters, nominations, leaving } = world;
  const open = [...leaving.values()].filter(({ state }) => state === "requested" || state === "waiting");
  const staying = names.filter((name) => !world.isToGo(name)).length;
  const wanted = wantedVoters(world.ideal, staying);
  const isPair = voters.length === 2 && wanted === 1 && world.ideal > 1;
  const found = {
    learners: members.length - voters.length,
    nominations: nominations.size,
    open: open.length,
  };
  expect({ ...found, told }).toEqual({ learners: 0, nominations: 0, open: 0, told });
  expect({ running: world.running, told }).toEqual({ running: voters.length, told });
  expect({ voters: isPair ? wanted : voters.length, told }).toEqual({ voters: wanted, told });
  for (const { host } of voters) expect(world.isToGo(host)).toBe(false);
}
