import type { EtcdClient } from "../client/client.ts";
import type { KeyValue } from "../client/key-value.ts";
import { Members } from "../client/members.ts";
import { pause } from "../client/pause.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import type { Issuer } from "../pki/authority.ts";
import { issuers, type RevocationLists } from "./lists.ts";
import { decodeRevocation, encodeRevocation, type Revocation } from "./records.ts";

export interface RevocationKeeperOptions {
  /** Of `root`. */
  readonly client: EtcdClient;
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  readonly lists: RevocationLists;
  /**
   * Lists that have more certificates in them than before are on disk; what uses those certificates is to be cut off.
   * @returns false if that has to be tried again
   */
  readonly onMore: (lists: readonly Issuer[]) => Promise<boolean>;
  /** Something did not work; it is tried again. */
  readonly onError: (error: unknown) => void;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** In ms. */
const hour = 3_600_000;
const day = 24 * hour;
const retryDelay = 5_000;
/** Until those who could not be cut off yet are. */
const againDelay = 1_000;

/** In ms: no certificate that is signed for nodes is valid for longer. */
const longestLife = 366 * day;

/**
 * Has the lists of a node say what the cluster says, until the signal fires. What a list says that the cluster does not,
 * as when an older snapshot was restored, the cluster is told: nothing that was revoked is ever trusted again.
 */
export class RevocationKeeper {
  readonly #options: RevocationKeeperOptions;
  readonly #keys: ClusterKeys;
  readonly #clock: () => number;
  readonly #first = Promise.withResolvers<void>();
  /** Lists that are longer, as long as nobody has been cut off for that. */
  readonly #more = new Set<Issuer>();
  #known: ReadonlyMap<string, KeyValue> | undefined;
  #change = new AbortController();

  constructor(options: RevocationKeeperOptions) {
    this.#options = options;
    this.#keys = new ClusterKeys(options.rootKey);
    this.#clock = options.clock ?? Date.now;
  }

  /** Resolves once the lists say what the cluster says. */
  get isCurrent(): Promise<void> {
    return this.#first.promise;
  }

  async keep(signal: AbortSignal): Promise<void> {
    const { client, onError } = this.#options;
    client.follow(
      { prefix: this.#keys.revocations },
      {
        onChange: ({ entries }) => {
          this.#known = new Map(entries);
          this.#change.abort();
        },
        onError,
      },
      signal,
    );
    let isTold = false;
    let told = "";
    while (!signal.aborted) {
      let wait = hour;
      const { signal: changed } = this.#change;
      try {
        if (this.#known !== undefined) {
          if (!isTold) await this.#tell(this.#known);
          isTold = true;
          if (!(await this.#update(this.#known))) wait = againDelay;
          told = "";
        }
      } catch (error) {
        wait = retryDelay;
        if (String(error) !== told && !signal.aborted) onError(error);
        told = String(error);
      }
      await pause(wait, AbortSignal.any([signal, changed]));
      if (this.#change.signal.aborted) this.#change = new AbortController();
    }
  }

  /** @returns false if not all is done that has to be */
  async #update(entries: ReadonlyMap<string, KeyValue>): Promise<boolean> {
    const { client, lists, onMore } = this.#options;
    const now = this.#clock();
    const all = [...entries.values()].flatMap((entry) => this.#decode(entry) ?? []);
    const lasting = all.filter(({ until }) => until >= now);
    const held = new Set((await this.#heldBack(lasting)).map(({ serial }) => serial));
    for (const by of issuers) {
      // What is in a list stays there as long as the certificate may last, whatever the store says.
      const before = (await lists.read(by))?.revoked.filter(({ at }) => at + longestLife >= now) ?? [];
      const told = lasting.filter((each) => each.by === by && !held.has(each.serial));
      const serials = new Set(told.map(({ serial }) => serial));
      const revoked = [...told, ...before.filter(({ serial }) => !serials.has(serial))];
      if (await lists.update(by, revoked, now)) this.#more.add(by);
    }
    this.#first.resolve();
    if (this.#more.size > 0 && !(await onMore([...this.#more]))) return false;
    this.#more.clear();
    // Certificates that have ended are trusted by nobody.
    for (const { serial, until } of all)
      if (until + day < now) await client.delete({ key: this.#keys.revocation(serial) });
    return held.size === 0;
  }

  /**
   * Certificates by which members speak to one another that were revoked when their nodes were replaced: the cluster removes
   * those members, for which it may need their votes.
   */
  async #heldBack(revocations: readonly Revocation[]): Promise<readonly Revocation[]> {
    const known = new Set((await this.#options.lists.read("peer"))?.revoked.map(({ serial }) => serial));
    const open = revocations.filter(
      ({ by, member, serial }) => by === "peer" && member !== undefined && !known.has(serial),
    );
    if (open.length === 0) return [];
    const { members } = await new Members(this.#options.client).list();
    return open.filter(({ member }) => members.some(({ id }) => id === member));
  }

  /** What only this node knows to be revoked. */
  async #tell(entries: ReadonlyMap<string, KeyValue>): Promise<void> {
    const { client, lists } = this.#options;
    const now = this.#clock();
    for (const by of issuers)
      for (const { serial, at } of (await lists.read(by))?.revoked ?? []) {
        const key = this.#keys.revocation(serial);
        const until = at + longestLife;
        if (entries.has(key) || until < now) continue;
        const value = encodeRevocation({ serial, by, until, at, name: "", cause: "revoked" });
        await client.transact({ compare: [{ key, exists: false }], success: [{ put: key, value }] });
      }
  }

  #decode({ key, value }: KeyValue): Revocation | undefined {
    return decodeRevocation(key.slice(this.#keys.revocations.length), value);
  }
}
