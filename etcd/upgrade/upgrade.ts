/**
 * Has a cluster go on as a newer etcd, one member after the other (cluster specification 10.9). A node whose executable
 * carries a newer etcd starts the one from before again (`decide.ts`), and then waits for its turn: all members are well,
 * no other is being upgraded, and if this one leads, all others have been. So a version that does not work stops at the
 * first member.
 */
import type { EtcdClient } from "../client/client.ts";
import { pause } from "../client/pause.ts";
import { programVersion } from "../program-version.ts";
import type { ServerProgram } from "../server/etcd-server.ts";
import { nextUpgradeStep, type UpgradeStep, type VersionedMember } from "./decide.ts";
import { type HeldLock, holdLock, lockHolder } from "./lock.ts";

export type UpgradeEvent =
  /** Told once for each reason. */
  | { readonly type: "waiting"; readonly reason: string }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "handing-over"; readonly to: string }
  | { readonly type: "upgrading"; readonly from: string; readonly to: string }
  /** The member is well again, and so are the others. */
  | { readonly type: "upgraded"; readonly version: string }
  /** A step did not succeed; it is tried again. */
  | { readonly type: "failed"; readonly error: Error };

/** How a cluster is seen and its lock taken. */
export interface UpgradeAccess {
  readonly client: EtcdClient;
  /** Of the keys of those who want to upgrade. */
  readonly lock: string;
  /** Of this node. */
  readonly name: string;
  /** In seconds: how long the lock stays with a node that is gone; 300 if not given. */
  readonly ttl?: number;
  /** Between two looks, in ms; 5000 if not given. */
  readonly poll?: number;
  /** The members as they are now. Rejects if that cannot be known. */
  members(signal: AbortSignal): Promise<readonly VersionedMember[]>;
  /** Must not throw. */
  onEvent(event: UpgradeEvent): void;
}

export interface UpgradeOptions extends UpgradeAccess {
  /** What runs. */
  readonly current: ServerProgram;
  /** What is to run. */
  readonly wanted: ServerProgram;
  /** Saves what there is before. */
  snapshot(signal: AbortSignal): Promise<void>;
  moveLeader(to: VersionedMember, signal: AbortSignal): Promise<void>;
  /** Has the server go on as another program; resolves when it is ready: {@link EtcdServer.replaceProgram}. */
  restart(program: ServerProgram): Promise<void>;
}

/**
 * Upgrades this member in its turn. Resolves when that is done, or refused for good, or the signal has fired; whether
 * this member was upgraded.
 */
export async function runUpgrade(options: UpgradeOptions, signal: AbortSignal): Promise<boolean> {
  const upgrade = new Upgrade(options, signal);
  return upgrade.run();
}

const standardTtl = 300;
const standardPoll = 5000;

class Upgrade {
  readonly #options: UpgradeOptions;
  readonly #signal: AbortSignal;
  #told: string | undefined;

  constructor(options: UpgradeOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<boolean> {
    while (!this.#signal.aborted) {
      try {
        const step = await this.#look();
        if (step.step === "none") return false;
        if (step.step === "refuse") {
          this.#options.onEvent({ type: "refused", reason: step.reason });
          return false;
        }
        // Whoever has to wait for others must not hold what they wait for.
        if (step.step !== "wait" && (await this.#inTurn())) return true;
        if (step.step === "wait") this.#tell({ type: "waiting", reason: step.reason });
      } catch (error) {
        if (this.#signal.aborted) return false;
        this.#tell({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) });
      }
      await this.#pause();
    }
    return false;
  }

  /** @returns whether this member was upgraded */
  async #inTurn(): Promise<boolean> {
    const lock = await this.#takeLock();
    try {
      if (!(await this.#prepare(lock))) return false;
      const { current, wanted, restart, onEvent } = this.#options;
      onEvent({ type: "upgrading", from: current.version, to: wanted.version });
      this.#told = undefined;
      await restart(wanted).catch((error: unknown) =>
        this.#tell({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) }),
      );
      // Until then nobody else may try what did not work here.
      while (!(await this.#allWell())) await this.#pause();
      this.#signal.throwIfAborted();
      onEvent({ type: "upgraded", version: wanted.version });
      return true;
    } finally {
      await lock.release();
    }
  }

  async #takeLock(): Promise<HeldLock> {
    const { client, lock: prefix, name, ttl = standardTtl } = this.#options;
    const holder = await lockHolder(client, prefix);
    if (holder !== undefined && holder !== name)
      this.#tell({ type: "waiting", reason: `${holder} is being upgraded` });
    return holdLock(client, { prefix, name, ttl }, this.#signal);
  }

  /** @returns whether this member can be restarted now */
  async #prepare({ lost }: HeldLock): Promise<boolean> {
    const { wanted, snapshot, moveLeader, onEvent } = this.#options;
    const step = await this.#look();
    if (step.step !== "go" && step.step !== "hand-over") return false;
    const version = programVersion(wanted.path);
    if (version !== wanted.version)
      throw new Error(`${wanted.path} says that it is etcd ${version}, and not ${wanted.version}`);
    await snapshot(this.#signal);
    for (;;) {
      const next = await this.#look();
      if (lost.aborted || this.#signal.aborted) return false;
      if (next.step === "go") return true;
      if (next.step !== "hand-over") return false;
      onEvent({ type: "handing-over", to: next.to.name });
      await moveLeader(next.to, this.#signal);
    }
  }

  async #look(): Promise<UpgradeStep> {
    const { current, wanted } = this.#options;
    const members = await this.#options.members(this.#signal);
    return nextUpgradeStep({ current: current.version, wanted: wanted.version, members, isUp: true });
  }

  async #allWell(): Promise<boolean> {
    if (this.#signal.aborted) return true;
    try {
      const members = await this.#options.members(this.#signal);
      return members.length > 0 && members.every(({ isHealthy }) => isHealthy);
    } catch {
      return false;
    }
  }

  #tell(event: Extract<UpgradeEvent, { type: "waiting" | "failed" }>): void {
    const text = event.type === "waiting" ? event.reason : event.error.message;
    if (text === this.#told) return;
    this.#told = text;
    this.#options.onEvent(event);
  }

  #pause(): Promise<void> {
    return pause(this.#options.poll ?? standardPoll, this.#signal);
  }
}

export interface StartPermitOptions extends UpgradeAccess {
  /** What the data were written by. */
  readonly written: string;
  readonly wanted: ServerProgram;
  /** How long the cluster is waited for, in ms; two minutes if not given. */
  readonly patience?: number;
}

/**
 * For a member that is down and can be started as the newer etcd only: waits for its turn while there is a cluster
 * without it. Where there is none, or it takes too long, the member goes ahead: not to start is worse.
 *
 * @returns to be called once the member is well
 */
export async function startPermit(
  options: StartPermitOptions,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const { client, lock: prefix, name, ttl = standardTtl, poll = standardPoll } = options;
  const { written, wanted, patience = 120_000, onEvent } = options;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  let told: string | undefined;
  const tell = (reason: string): void => {
    if (reason !== told) onEvent({ type: "waiting", reason });
    told = reason;
  };
  let lock: HeldLock | undefined;
  try {
    while (!limit.aborted) {
      const members = await options.members(limit);
      if (!hasQuorumWithout(members)) break;
      const view = { current: written, wanted: wanted.version, members, isUp: false };
      const step = nextUpgradeStep(view);
      if (step.step === "go") {
        if (lock !== undefined) break;
        const holder = await lockHolder(client, prefix);
        if (holder !== undefined && holder !== name) tell(`${holder} is being upgraded`);
        lock = await holdLock(client, { prefix, name, ttl }, limit);
        // Much may have happened meanwhile.
        continue;
      }
      if (step.step !== "wait") break;
      tell(step.reason);
      await pause(poll, limit);
    }
  } catch {
    // There is nobody to be asked, or there was no turn in time.
  }
  if (signal.aborted) await lock?.release();
  signal.throwIfAborted();
  return async () => lock?.release();
}

/** Whether the others can agree while this member is down. */
function hasQuorumWithout(members: readonly VersionedMember[]): boolean {
  const voters = members.filter(({ isVoter }) => isVoter);
  const well = voters.filter(({ isSelf, isHealthy }) => isHealthy && !isSelf);
  return well.length > voters.length / 2;
}
