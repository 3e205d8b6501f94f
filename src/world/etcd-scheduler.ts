import type { Leadership } from "../../etcd/client/campaign.ts";
import type { EtcdClient } from "../../etcd/client/client.ts";
import type { Batch } from "../../etcd/client/following.ts";
import type { Operation } from "../../etcd/client/transaction.ts";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { chooseHosts } from "./choose-hosts.ts";
import type { EtcdKeys, SchedulerKey } from "./etcd-keys.ts";
import { decodeSchedule } from "./schedule-codec.ts";
import type { ScheduleOptions } from "./schedule-store.ts";

export interface SchedulerOptions {
  readonly client: EtcdClient;
  readonly keys: EtcdKeys;
  /** The name of this host. */
  readonly host: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Stands for election until the signal fires, and chooses among the hosts that are registered while it leads. Settles
 * once another may be elected.
 */
export function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { client, keys, host, onError } = options;
  return client.campaign(
    {
      prefix: keys.candidates,
      value: encodeBytes(host),
      ttl: leaderTtl,
      lead: (leadership) => new Scheduler(options, leadership).follow(),
      onError,
    },
    signal,
  );
}

/** In seconds: how long nobody chooses when the leader has died. */
const leaderTtl = 5;

/** Who is chosen, as text: sorted names with commas between them. No text: nobody. */
export function readSchedule(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(",");
}

interface Registration extends ScheduleOptions {
  /** The revision at which the host has begun to ask. */
  readonly since: number;
}

interface Namespace {
  readonly asking: Map<string, Registration>;
  chosen: readonly string[];
  /** What the store says of it. */
  stored: string | undefined;
}

/** One term of office. */
class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #leadership: Leadership;
  readonly #namespaces = new Map<string, Namespace>();
  readonly #loads = new Map<string, number>();
  #isFirst = true;

  constructor(options: SchedulerOptions, leadership: Leadership) {
    this.#options = options;
    this.#leadership = leadership;
  }

  follow(): void {
    const { client, keys, onError } = this.#options;
    const follower = { onChange: (batch: Batch) => this.#take(batch), onError };
    client.follow({ prefix: keys.scheduler }, follower, this.#leadership.signal);
  }

  /**
   * Takes registrations one by one, in the order in which they were made: what comes of them is the same whether they
   * are told one by one or together, to this leader or the one before.
   */
  async #take({ changes }: Batch): Promise<void> {
    const places = changes.flatMap(({ key, after }) => {
      const place = this.#options.keys.readScheduler(key);
      if (place === undefined) return [];
      const text = after && decodeBytes(after.value);
      return [{ ...place, text, since: Number(after?.createRevision ?? 0n) }];
    });
    for (const place of places) {
      if (place.what === "load") this.#setLoad(place.host, place.text);
      if (place.what === "schedule") this.#namespace(place.namespace).stored = place.text;
    }
    if (this.#isFirst) this.#resume(places);
    this.#isFirst = false;
    for (const place of places) {
      if (place.what !== "registration") continue;
      const namespace = this.#namespace(place.namespace);
      setRegistration(namespace, place);
      this.#choose(namespace);
    }
    await this.#write();
  }

  /** Begins with those who were chosen before, as far as they are still registered. */
  #resume(places: readonly Told[]): void {
    const before = new Set([...this.#namespaces.values()].filter(({ stored }) => stored !== undefined));
    for (const place of places) {
      if (place.what !== "registration") continue;
      const namespace = this.#namespaces.get(place.namespace);
      if (namespace !== undefined && before.has(namespace)) setRegistration(namespace, place);
    }
    for (const namespace of before) {
      namespace.chosen = readSchedule(namespace.stored);
      this.#choose(namespace);
    }
  }

  #choose(namespace: Namespace): void {
    const { asking, chosen } = namespace;
    namespace.chosen = chooseHosts(
      asking,
      chosen,
      // Of a host that says nothing of its load, nothing good is to be expected.
      (host) => this.#loads.get(host) ?? Number.MAX_VALUE,
      (host) => asking.get(host)?.since ?? 0,
    );
  }

  /** Has the store say what was chosen, unless somebody else is the leader by now. */
  async #write(): Promise<void> {
    const { client, onError } = this.#options;
    const { fence, signal } = this.#leadership;
    for (let failures = 0; ; ) {
      const due = [...this.#namespaces].filter(([, namespace]) => isDue(namespace)).slice(0, maxOperations);
      if (due.length === 0 || signal.aborted) return;
      const texts = due.map(([, { chosen }]) => textOf(chosen));
      const success = due.map(([name], index) => this.#operation(name, texts[index]));
      try {
        const { succeeded } = await client.transact({ compare: [fence], success });
        if (!succeeded) return;
        failures = 0;
        for (const [index, [, namespace]] of due.entries()) namespace.stored = texts[index];
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await Bun.sleep(Math.min(retryPause * 2 ** failures++, longestPause));
      }
    }
  }

  #operation(namespace: string, text: string | undefined): Operation {
    const key = this.#options.keys.schedule(namespace);
    return text === undefined ? { delete: { key } } : { put: key, value: encodeBytes(text) };
  }

  #setLoad(host: string, text: string | undefined): void {
    const load = text === undefined ? Number.NaN : Number(text);
    if (Number.isFinite(load)) this.#loads.set(host, load);
    else this.#loads.delete(host);
  }

  #namespace(name: string): Namespace {
    const namespace = this.#namespaces.get(name) ?? { asking: new Map(), chosen: [], stored: undefined };
    this.#namespaces.set(name, namespace);
    return namespace;
  }
}

/** A key of the scheduler and what is under it now. */
type Told = SchedulerKey & { readonly text: string | undefined; readonly since: number };

function setRegistration(
  { asking }: Namespace,
  { host, text, since }: Extract<Told, { readonly what: "registration" }>,
): void {
  const options = text === undefined ? undefined : decodeSchedule(text);
  if (options === undefined || host.includes(",")) asking.delete(host);
  else asking.set(host, { ...options, since });
}

function isDue({ chosen, stored }: Namespace): boolean {
  return textOf(chosen) !== stored;
}

/** The inverse of {@link readSchedule}. */
function textOf(chosen: readonly string[]): string | undefined {
  return chosen.length === 0 ? undefined : chosen.toSorted(compareBytes).join(",");
}

/** In a transaction: as many as any etcd takes. */
const maxOperations = 100;

/** In ms: before what was refused is tried again, at first and after many failures. */
const retryPause = 500;
const longestPause = 15_000;
