import type { EtcdClient } from "../client/client.ts";
import { EtcdError } from "../client/error.ts";
import type { Batch } from "../client/following.ts";
import type { HeldLease } from "../client/lease.ts";
import { Members } from "../client/members.ts";
import { pause } from "../client/pause.ts";
import { MembershipKeys } from "./keys.ts";
import {
  decodeLeaving,
  decodeNomination,
  encodeRecord,
  type LeavingRecord,
  type NominationRecord,
  textOf,
  type VolunteerRecord,
} from "./records.ts";
import { type MembershipTimings, standardMembershipTimings } from "./timings.ts";

export type VolunteerEvent =
  /** The cluster knows that this host wants to be a member, or is one. */
  | { readonly type: "volunteering" }
  /** It does not any more, as the host is to leave. */
  | { readonly type: "withdrawn"; readonly reason: string }
  | { readonly type: "nominated"; readonly nomination: NominationRecord }
  /** This host is a voter now. */
  | { readonly type: "promoted"; readonly memberId: string }
  /** The nomination is over, and the member has been removed. */
  | { readonly type: "given-up"; readonly memberId: string }
  /** {@link VolunteerOptions.onNominated} has failed; it is called again, and not told again that it fails alike. */
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "error"; readonly error: unknown };

export interface VolunteerOptions {
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** The name of this host, and of its member. */
  readonly name: string;
  readonly record: VolunteerRecord;
  /**
   * Starts the server of this host, as the member that it is nominated for, with the state `existing`; resolves when it
   * runs. Called for each nomination, also for one that was there before this process, and again when it has changed
   * before it was fulfilled: what the server has of another member is to be moved away, and nothing is to be done if it
   * runs as this one already. The signal fires when the nomination is over without success, or replaced.
   */
  readonly onNominated: (nomination: NominationRecord, signal: AbortSignal) => Promise<void>;
  /** Must not throw. */
  readonly onEvent: (event: VolunteerEvent) => void;
  readonly timings?: Partial<MembershipTimings>;
}

/** A host that wants to be a member, until the signal fires. */
export interface Volunteering {
  /**
   * Tells the cluster what has changed: the member that this host has the data of, above all. That of a nomination is
   * told without this once `onNominated` has resolved, and null once the nominee is given up.
   */
  update(change: Partial<VolunteerRecord>): void;
  /** Settles once the host does not volunteer any more. */
  readonly ended: Promise<void>;
}

/** Offers this host as a member until the signal fires; members volunteer for what they are. */
export function volunteer(options: VolunteerOptions, signal: AbortSignal): Volunteering {
  return new Volunteer(options, signal);
}

interface Nominated {
  readonly nomination: NominationRecord;
  readonly ends: AbortController;
}

class Volunteer implements Volunteering {
  readonly #options: VolunteerOptions;
  readonly #timings: MembershipTimings;
  readonly #signal: AbortSignal;
  readonly #key: string;
  readonly #lease: HeldLease;
  #record: VolunteerRecord;
  /** Undefined until it is known. */
  #isLeaving: boolean | undefined;
  /** What the key is known to say; undefined if that is not known, `""` for nothing. */
  #written: string | undefined;
  #isWriting = false;
  #nominated: Nominated | undefined;
  /** Outcomes are told in the order of the nominations. */
  #telling: Promise<void> = Promise.resolve();

  constructor(options: VolunteerOptions, signal: AbortSignal) {
    const { client, keyPrefix, name, record, onEvent } = options;
    const keys = new MembershipKeys(keyPrefix);
    this.#options = options;
    this.#timings = { ...standardMembershipTimings, ...options.timings };
    this.#signal = signal;
    this.#key = keys.volunteer(name);
    this.#record = record;
    const onError = (error: unknown): void => onEvent({ type: "error", error });
    this.#lease = client.lease(
      {
        ttl: this.#timings.volunteerTtl,
        attach: async () => {
          this.#written = undefined;
          this.#write();
        },
        onError,
      },
      signal,
    );
    const follow = (key: string, take: (value: Uint8Array | undefined) => void): void => {
      const onChange = ({ entries }: Batch): void => take(entries.get(key)?.value);
      client.follow({ key }, { onChange, onError }, signal);
    };
    follow(keys.leaving(name), (value) => this.#takeLeaving(value && decodeLeaving(value)));
    follow(keys.nomination(name), (value) => this.#takeNomination(value && decodeNomination(value)));
    signal.addEventListener("abort", () => this.#nominated?.ends.abort(), { once: true });
  }

  get ended(): Promise<void> {
    return this.#lease.ended;
  }

  update(change: Partial<VolunteerRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#write();
  }

  #takeLeaving(request: LeavingRecord | undefined): void {
    this.#isLeaving = request !== undefined && request.state !== "refused";
    this.#write();
  }

  /** Has the key say what it should, some time soon. */
  #write(): void {
    if (!this.#isWriting) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    const { client, onEvent } = this.#options;
    this.#isWriting = true;
    while (!this.#signal.aborted && this.#isLeaving !== undefined) {
      const before = this.#written;
      const record = this.#isLeaving ? undefined : encodeRecord(this.#record);
      const text = record === undefined ? "" : textOf(record);
      if (text === before) break;
      this.#written = text;
      try {
        if (record === undefined) await client.delete({ key: this.#key });
        else await client.setLeased(this.#key, record, this.#lease);
        if (text === "") onEvent({ type: "withdrawn", reason: "this host is to leave the cluster" });
        else if (before === undefined || before === "") onEvent({ type: "volunteering" });
      } catch (error) {
        this.#written = undefined;
        const isPassing = error instanceof EtcdError && error.isTransient;
        if (!isPassing && !this.#signal.aborted) onEvent({ type: "error", error });
        await pause(this.#timings.retry, this.#signal);
      }
    }
    this.#isWriting = false;
  }

  #takeNomination(nomination: NominationRecord | undefined): void {
    const before = this.#nominated;
    if (nomination !== undefined && isSame(before?.nomination, nomination)) return;
    this.#nominated = nomination && { nomination, ends: new AbortController() };
    if (before !== undefined) {
      const isOver = before.nomination.memberId !== nomination?.memberId;
      if (isOver) this.#telling = this.#telling.then(() => this.#tellOutcome(before));
      else before.ends.abort();
    }
    if (this.#nominated !== undefined) void this.#serve(this.#nominated);
  }

  async #serve({ nomination, ends }: Nominated): Promise<void> {
    const { onNominated, onEvent } = this.#options;
    // What became of the nomination before comes first.
    await this.#telling;
    if (ends.signal.aborted) return;
    onEvent({ type: "nominated", nomination });
    let told = "";
    while (!ends.signal.aborted) {
      try {
        await onNominated(nomination, ends.signal);
        if (!ends.signal.aborted) this.update({ memberId: nomination.memberId });
        return;
      } catch (error) {
        if (ends.signal.aborted) return;
        if (String(error) !== told) onEvent({ type: "failed", error });
        told = String(error);
      }
      await pause(this.#timings.retry, ends.signal);
    }
  }

  async #tellOutcome({ nomination, ends }: Nominated): Promise<void> {
    const { onEvent } = this.#options;
    const { memberId } = nomination;
    const isVoter = await this.#isVoter(memberId);
    if (isVoter === undefined) return;
    if (isVoter) {
      this.update({ memberId });
      onEvent({ type: "promoted", memberId });
      return;
    }
    ends.abort();
    if (this.#record.memberId === memberId) this.update({ memberId: null });
    onEvent({ type: "given-up", memberId });
  }

  /** @returns undefined once the signal has fired */
  async #isVoter(memberId: string): Promise<boolean | undefined> {
    const { client } = this.#options;
    while (!this.#signal.aborted) {
      try {
        // A server that has answered it knows of all changes of members that were made before.
        await client.get(this.#key);
        const { members } = await new Members(client).list();
        return members.some(({ id, isLearner }) => id === memberId && !isLearner);
      } catch {
        await pause(this.#timings.retry, this.#signal);
      }
    }
    return undefined;
  }
}

function isSame(a: NominationRecord | undefined, b: NominationRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
