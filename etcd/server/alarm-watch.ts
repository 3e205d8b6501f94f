import type { ServerEvent } from "./events.ts";
import type { Alarm, ServerStatus } from "./gateway.ts";
import type { Timings } from "./timings.ts";

/** How full a store may be, of its quota, for its alarm to be put down. */
const roomEnough = 0.9;
/** Defragmenting rewrites the whole store. */
const repairPatienceMs = 120_000;

/** What making room in the store of one member takes. Where the servers ask who one is, only root may do it. */
export interface StoreRepair {
  /** Those of all members. */
  alarms(signal: AbortSignal): Promise<readonly Alarm[]>;
  /** Forgets all revisions before this one; nothing happens if they are forgotten. */
  compact(revision: string, signal: AbortSignal): Promise<void>;
  /** Gives free space back to the file system. The server answers nobody meanwhile. */
  defragment(signal: AbortSignal): Promise<void>;
  /** Puts an alarm down. */
  disarm(alarm: Alarm, signal: AbortSignal): Promise<void>;
  status(signal: AbortSignal): Promise<ServerStatus>;
}

/** Deals with the alarms of one member: makes room in a full store, and tells of what it cannot cure. */
export class AlarmWatch {
  readonly #repair: StoreRepair;
  readonly #quota: number;
  readonly #timings: Pick<Timings, "repair">;
  readonly #tell: (event: ServerEvent) => void;
  #isCorrupt = false;
  #repairAt = Number.NEGATIVE_INFINITY;

  constructor(
    repair: StoreRepair,
    quota: number,
    timings: Pick<Timings, "repair">,
    tell: (event: ServerEvent) => void,
  ) {
    this.#repair = repair;
    this.#quota = quota;
    this.#timings = timings;
    this.#tell = tell;
  }

  /** The data of this member are not those of the others: nothing but a human helps. */
  get isCorrupt(): boolean {
    return this.#isCorrupt;
  }

  /** Looks at what a probe has found. Rejects if the server does not answer. */
  async consider(status: ServerStatus, signal: AbortSignal): Promise<void> {
    if (!status.isAlarmed) {
      this.#isCorrupt = false;
      return;
    }
    const alarms = await this.#repair.alarms(signal);
    const own = alarms.filter(({ memberId }) => memberId === status.memberId);
    const isCorrupt = own.some(({ alarm }) => alarm === "CORRUPT");
    if (isCorrupt && !this.#isCorrupt)
      this.#tell({
        type: "alarm",
        alarm: "CORRUPT",
        isCleared: false,
        message:
          "the data of this member differ from those of the others: remove the member, and add it anew with empty data",
      });
    this.#isCorrupt = isCorrupt;
    if (own.some(({ alarm }) => alarm === "NOSPACE") && performance.now() >= this.#repairAt) {
      await this.#makeRoom(status, signal);
      this.#repairAt = performance.now() + this.#timings.repair;
    }
  }

  async #makeRoom({ revision, memberId, size }: ServerStatus, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(repairPatienceMs)]);
    const tell = (isCleared: boolean, message: string): void =>
      this.#tell({ type: "alarm", alarm: "NOSPACE", isCleared, message });
    const quota = inMegabytes(this.#quota);
    try {
      await this.#repair.compact(revision, signal);
      await this.#repair.defragment(signal);
      const after = (await this.#repair.status(signal)).size;
      if (after > this.#quota * roomEnough) {
        tell(
          false,
          `the store is full, and takes nothing: ${inMegabytes(after)} of ${quota} are in use even without history; remove keys`,
        );
        return;
      }
      await this.#repair.disarm({ memberId, alarm: "NOSPACE" }, signal);
      tell(
        true,
        `the store was full (${inMegabytes(size)} of ${quota}): its history was dropped, ${inMegabytes(after)} are left`,
      );
    } catch (error) {
      if (stop.aborted) throw error;
      tell(
        false,
        `the store is full, and room could not be made: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
