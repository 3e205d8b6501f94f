import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import type { Comparison, OperationResult } from "../../etcd/client/transaction.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { decodeDeploy, encodeDeploy } from "./deploy-codec.ts";
import { type Deploy, DeployConflict, type DeployStore, isFor, UnreadableDeploy } from "./deploy-store.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import type { Listener } from "./listener.ts";

/** Deploys in etcd: a key for what there is to know of each, and one for its commit. */
export class EtcdDeploys implements DeployStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  async list(unreadable: "leave-out" | "throw" = "leave-out"): Promise<readonly Deploy[]> {
    const { entries } = await this.#client.list({ prefix: this.#keys.deploys });
    const all: Deploy[] = [];
    for (const { key, value } of entries) {
      const id = this.#idOf(key);
      const deploy = id > 0 ? decodeDeploy(decodeBytes(value)) : undefined;
      if (deploy !== undefined) all.push(deploy);
      else if (id > 0 && unreadable === "throw") throw new UnreadableDeploy(id);
    }
    return all.sort((a, b) => a.id - b.id);
  }

  async lastId(): Promise<number> {
    const keys = await this.#client.keys({ prefix: this.#keys.deploys });
    return keys.reduce((last, key) => Math.max(last, this.#idOf(key)), 0);
  }

  async add(deploy: Deploy): Promise<void> {
    const { id, hash, parent } = deploy;
    const [own, before] = [this.#keys.deploy(id), this.#keys.deploy(id - 1)];
    const payload = encodeBytes(encodeDeploy(deploy));
    const compare: Comparison[] = [{ key: own.payload, exists: false }];
    if (id > 1) compare.push({ key: before.payload, exists: true });
    // The first one has nothing to follow on.
    if (id > 1 && hash !== undefined && parent !== undefined)
      compare.push({ key: before.hash, value: encodeBytes(parent) });
    const { succeeded, results, repeated } = await this.#client.transact({
      compare,
      success: [
        { put: own.payload, value: payload },
        ...(hash === undefined ? [] : [{ put: own.hash, value: encodeBytes(hash) }]),
      ],
      failure: [own.payload, own.hash, before.payload, before.hash].map((key) => ({ get: { key } })),
    });
    if (succeeded) return;
    const found = results.map(textFound);
    const isOurs = repeated && found[0] === decodeBytes(payload);
    if (!isOurs) throw conflictOf(deploy, found);
  }

  async remove(ids: readonly number[]): Promise<void> {
    const keys = ids.flatMap((id) => Object.values(this.#keys.deploy(id)));
    await this.#client.doAll(keys.map((key) => ({ delete: { key } })));
  }

  followLatest(listener: Listener<Deploy | undefined>, signal: AbortSignal, host?: string): void {
    let told: string | undefined;
    const { deploys } = this.#keys;
    this.#client.follow(
      { prefix: deploys },
      {
        onChange: ({ entries }) => {
          const { id, text, deploy } = this.#latest(entries, host);
          if (told === text) return;
          told = text;
          if (text !== "" && deploy === undefined) listener.onError(new UnreadableDeploy(id));
          else listener.onValue(deploy);
        },
        onError(error) {
          told = undefined;
          listener.onError(error);
        },
      },
      signal,
    );
  }

  /** The newest for a host, or one that cannot be understood, for that may be it. */
  #latest(
    entries: ReadonlyMap<string, KeyValue>,
    host: string | undefined,
  ): { readonly id: number; readonly text: string; readonly deploy: Deploy | undefined } {
    const ids = [...entries.keys()].map((key) => this.#idOf(key)).filter((id) => id > 0);
    for (const id of ids.sort((a, b) => b - a)) {
      const entry = entries.get(this.#keys.deploy(id).payload);
      const text = entry === undefined ? "" : decodeBytes(entry.value);
      const deploy = decodeDeploy(text);
      if (deploy === undefined || host === undefined || isFor(deploy, host)) return { id, text, deploy };
    }
    return { id: 0, text: "", deploy: undefined };
  }

  /** @returns 0 for a key that is not that of what there is to know of a deploy */
  #idOf(key: string): number {
    const [, id = "0"] = /^(\d{1,15})\/payload$/.exec(key.slice(this.#keys.deploys.length)) ?? [];
    return Number(id);
  }
}

function textFound({ found: [entry] }: OperationResult): string | undefined {
  return entry === undefined ? undefined : decodeBytes(entry.value);
}

function conflictOf({ id, hash, parent }: Deploy, found: readonly (string | undefined)[]): DeployConflict {
  const [ownPayload, ownHash, payloadBefore, hashBefore] = found;
  if (ownPayload !== undefined && hash !== undefined && ownHash === hash)
    return new DeployConflict("same-commit", `commit ${hash} is deployed already, as deploy ${id}`);
  if (ownPayload !== undefined) return new DeployConflict("taken", `somebody else has added deploy ${id}`);
  if (id > 1 && payloadBefore === undefined)
    return new DeployConflict("no-predecessor", `there is no deploy ${id - 1} for deploy ${id} to follow`);
  if (hashBefore === undefined)
    return new DeployConflict(
      "no-parent",
      `deploy ${id - 1} is of no known commit, so nothing can follow on one; deploy with --force`,
    );
  return new DeployConflict(
    "other-parent",
    `deploy ${id - 1} is of commit ${hashBefore}, not of the parent ${parent}; deploy what lies between, or with --force`,
  );
}
