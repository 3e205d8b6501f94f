import type { EtcdClient } from "../../etcd/client/client.ts";
import type { Batch, Change } from "../../etcd/client/following.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";

/** What a key holds, and the group of it that is followed together. */
export interface Grouped<Item> {
  readonly group: string;
  readonly item: Item;
}

export interface TableFollower<Item> {
  /**
   * @param items all of the group; valid until the next call
   * @param changed what came, went or was replaced; undefined if it cannot be said
   */
  onItems(items: Iterable<Item>, changed: readonly Item[] | undefined): void;
  onError(error: unknown): void;
}

/**
 * All keys below a prefix, in memory for as long as somebody follows a part of them: however many follow, each change
 * travels once and is read once, and only those are told who follow its group.
 */
export class EtcdTable<Item> {
  readonly #client: EtcdClient;
  readonly #prefix: string;
  readonly #read: (entry: KeyValue) => Grouped<Item> | undefined;
  readonly #followers = new Map<string, Set<TableFollower<Item>>>();
  #session: Session<Item> | undefined;

  /** @param read returns undefined for what cannot be understood, which counts as nothing */
  constructor(client: EtcdClient, prefix: string, read: (entry: KeyValue) => Grouped<Item> | undefined) {
    this.#client = client;
    this.#prefix = prefix;
    this.#read = read;
  }

  follow(group: string, follower: TableFollower<Item>, signal: AbortSignal): void {
    if (signal.aborted) return;
    const followers = this.#followers.get(group) ?? new Set();
    this.#followers.set(group, followers.add(follower));
    const forget = (): void => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(group) === followers) this.#followers.delete(group);
      if (this.#followers.size > 0) return;
      this.#session?.ends.abort();
      this.#session = undefined;
    };
    signal.addEventListener("abort", forget, { once: true });
    const session = this.#session ?? this.#start();
    const { error } = session;
    if (!session.isKnown && error === undefined) return;
    queueMicrotask(() => {
      if (signal.aborted) return;
      if (error !== undefined) follower.onError(error);
      else follower.onItems(session.groups.get(group)?.values() ?? [], undefined);
    });
  }

  #start(): Session<Item> {
    const session: Session<Item> = {
      ends: new AbortController(),
      groups: new Map(),
      groupOf: new Map(),
      isKnown: false,
      error: undefined,
    };
    this.#session = session;
    const follower = {
      onChange: (batch: Batch) => this.#take(session, batch),
      onError: (error: unknown) => {
        session.isKnown = false;
        session.error = error;
        for (const followers of this.#followers.values()) for (const each of followers) each.onError(error);
      },
    };
    this.#client.follow({ prefix: this.#prefix }, follower, session.ends.signal);
    return session;
  }

  #take(session: Session<Item>, { changes }: Batch): void {
    const changed = new Map<string, Item[]>();
    for (const change of changes) {
      for (const { group, item } of this.#apply(session, change)) {
        const items = changed.get(group) ?? [];
        items.push(item);
        changed.set(group, items);
      }
    }
    const wasKnown = session.isKnown;
    session.isKnown = true;
    session.error = undefined;
    for (const [group, followers] of [...this.#followers]) {
      const items = wasKnown ? changed.get(group) : undefined;
      if (wasKnown && items === undefined) continue;
      for (const each of [...followers]) each.onItems(session.groups.get(group)?.values() ?? [], items);
    }
  }

  /** @returns what has gone, and what has come */
  #apply({ groups, groupOf }: Session<Item>, { key, before, after }: Change): readonly Grouped<Item>[] {
    if (before !== undefined && after !== undefined && Buffer.compare(before.value, after.value) === 0)
      return [];
    const changed: Grouped<Item>[] = [];
    const oldGroup = groupOf.get(key);
    if (oldGroup !== undefined) {
      const items = groups.get(oldGroup);
      const item = items?.get(key);
      if (item !== undefined) changed.push({ group: oldGroup, item });
      items?.delete(key);
      if (items?.size === 0) groups.delete(oldGroup);
      groupOf.delete(key);
    }
    const now = after === undefined ? undefined : this.#read(after);
    if (now === undefined) return changed;
    const items = groups.get(now.group) ?? new Map<string, Item>();
    groups.set(now.group, items.set(key, now.item));
    groupOf.set(key, now.group);
    changed.push(now);
    return changed;
  }
}

interface Session<Item> {
  readonly ends: AbortController;
  /** By group and key. */
  readonly groups: Map<string, Map<string, Item>>;
  readonly groupOf: Map<string, string>;
  isKnown: boolean;
  /** Why it is not known. */
  error: unknown;
}
