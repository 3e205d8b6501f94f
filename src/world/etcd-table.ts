import type { EtcdClient } from "../../etcd/client/client.ts";
import type { Batch } from "../../etcd/client/following.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";

/** What a table makes of keys and of what they hold. */
export interface TableReader<Item> {
  /** The group that a key is followed with; undefined for a key that nobody wants, which is not kept in memory. */
  groupOf(key: string): string | undefined;
  /** Called when somebody wants to know; undefined for what cannot be understood, which counts as nothing. */
  read(entry: KeyValue): Item | undefined;
}

export interface TableFollower<Item> {
  /** @param items all of the group; valid until the next call */
  onItems(items: Iterable<Item>): void;
  onError(error: unknown): void;
}

/**
 * All keys below a prefix, in memory for as long as somebody follows a part of them: however many follow, each change
 * travels once and is read once, and only those are told who follow its group.
 */
export class EtcdTable<Item> {
  readonly #client: EtcdClient;
  readonly #prefix: string;
  readonly #reader: TableReader<Item>;
  readonly #followers = new Map<string, Set<TableFollower<Item>>>();
  #session: Session<Item> | undefined;

  constructor(client: EtcdClient, prefix: string, reader: TableReader<Item>) {
    this.#client = client;
    this.#prefix = prefix;
    this.#reader = reader;
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
      else follower.onItems(this.#items(session, group));
    });
  }

  /** What could not be understood may be understood now. */
  readAgain(): void {
    const session = this.#session;
    if (session === undefined) return;
    for (const [group, slots] of session.groups) {
      const dark = [...slots.values()].filter(({ read }) => read !== undefined && read.item === undefined);
      for (const slot of dark) slot.read = undefined;
      if (dark.length > 0) this.#tell(session, group);
    }
  }

  #start(): Session<Item> {
    const session: Session<Item> = {
      ends: new AbortController(),
      groups: new Map(),
      isKnown: false,
      error: undefined,
    };
    this.#session = session;
    const follower = {
      onChange: (batch: Batch) => this.#take(session, batch),
      onError: (error: unknown) => {
        session.isKnown = false;
        session.error = error;
        for (const followers of [...this.#followers.values()])
          for (const each of [...followers]) each.onError(error);
      },
    };
    const keep = (key: string): boolean => this.#reader.groupOf(key) !== undefined;
    this.#client.follow({ prefix: this.#prefix }, follower, session.ends.signal, keep);
    return session;
  }

  #take(session: Session<Item>, { changes }: Batch): void {
    const changed = new Set<string>();
    for (const { key, before, after } of changes) {
      const group = this.#reader.groupOf(key);
      if (group === undefined) continue;
      const slots = session.groups.get(group) ?? new Map<string, Slot<Item>>();
      session.groups.set(group, slots);
      // With another lease, or written again, it is what it was.
      const isSame =
        before !== undefined && after !== undefined && Buffer.compare(before.value, after.value) === 0;
      if (isSame) continue;
      if (after === undefined) slots.delete(key);
      else slots.set(key, { entry: after, read: undefined });
      if (slots.size === 0) session.groups.delete(group);
      changed.add(group);
    }
    const groups = session.isKnown ? changed : [...this.#followers.keys()];
    session.isKnown = true;
    session.error = undefined;
    for (const group of groups) this.#tell(session, group);
  }

  #tell(session: Session<Item>, group: string): void {
    for (const each of [...(this.#followers.get(group) ?? [])]) each.onItems(this.#items(session, group));
  }

  *#items({ groups }: Session<Item>, group: string): Iterable<Item> {
    for (const slot of groups.get(group)?.values() ?? []) {
      slot.read ??= { item: this.#reader.read(slot.entry) };
      if (slot.read.item !== undefined) yield slot.read.item;
    }
  }
}

interface Slot<Item> {
  readonly entry: KeyValue;
  /** What it says; undefined until somebody has asked. */
  read: { readonly item: Item | undefined } | undefined;
}

interface Session<Item> {
  readonly ends: AbortController;
  /** By group and key. */
  readonly groups: Map<string, Map<string, Slot<Item>>>;
  isKnown: boolean;
  /** Why it is not known. */
  error: unknown;
}
