import { createHash } from "node:crypto";
import type { EtcdClient } from "../../etcd/client/client.ts";
import type { Comparison, Operation } from "../../etcd/client/transaction.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { FileTreeStore, Pruned, TreeFile } from "./deploy-store.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { inParallel } from "./in-parallel.ts";

interface ListedFile {
  readonly path: string;
  readonly mode: number;
  readonly hash: string;
}

/** Something that is kept under its hash. */
interface Blob {
  readonly key: string;
  readonly content: Uint8Array;
}

/**
 * Trees of files in etcd: the contents under their SHA-256, each in pieces that fit in a request, and a listing of them,
 * likewise under that of its own, so that equal trees have the same URI.
 *
 * Who puts a tree finds that much of it is there already, and who prunes must not remove just that. So a tree is held, with a
 * listing that says what belongs to it, before anything else is looked for; and what is removed is removed only if no other tree has come
 * to be held since it was found to be of no use.
 */
export class EtcdFileTrees implements FileTreeStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  async put(files: readonly TreeFile[]): Promise<string> {
    const listed: ListedFile[] = [];
    const contents = new Map<string, Blob>();
    for (const { path, mode, content } of files.toSorted(byPath)) {
      const hash = hashOf(content);
      listed.push({ path, mode, hash });
      contents.set(hash, { key: this.#keys.content(hash), content });
    }
    const listing = encodeBytes(JSON.stringify({ v: version, files: listed }));
    const hash = hashOf(listing);
    await this.#hold(hash);
    await this.#putAll([{ key: this.#keys.tree(hash), content: listing }]);
    await this.#putAll([...contents.values()]);
    return `${scheme}${hash}`;
  }

  async hold(uri: string): Promise<void> {
    const hash = treeHash(uri);
    const isThere = await this.#hold(hash, [{ key: pieceKey(this.#keys.tree(hash), 0), exists: true }]);
    if (!isThere) throw notAllOf(uri);
  }

  async get(uri: string): Promise<readonly TreeFile[]> {
    const listed = await this.#list(treeHash(uri));
    const keys = new Set(listed.map(({ hash }) => this.#keys.content(hash)));
    const contents = await this.#getAll([...keys]);
    return listed.map(({ path, mode, hash }) => {
      const content = contents.get(this.#keys.content(hash));
      if (content === undefined || hashOf(content) !== hash) throw notAllOf(`${path} of ${uri}`);
      return { path, mode, content };
    });
  }

  async prune(used: () => Promise<readonly string[]>, held: "keep" | "remove"): Promise<Pruned> {
    for (let tries = 1; tries <= mostPrunings; tries++) {
      const last = await this.#client.get(this.#keys.lastHeldTree);
      const { lastHeldTree: key } = this.#keys;
      const unchanged: Comparison =
        last === undefined ? { key, exists: false } : { key, modRevision: last.modRevision };
      const holding = held === "keep" ? await this.#client.keys({ prefix: this.#keys.heldTrees }) : [];
      const heldTrees = new Set(holding.flatMap((each) => this.#keys.readHash(each) ?? []));
      const trees = new Set([...(await used()).map(treeHash), ...heldTrees]);
      const lists = await inParallel([...trees], (hash) => this.#find(hash));
      // Nobody knows yet what belongs to it.
      if (lists.some((list, index) => list === undefined && heldTrees.has([...trees][index] ?? ""))) {
        await Bun.sleep(pruningPause);
        continue;
      }
      const contents = new Set(lists.flatMap((list) => list ?? []).map(({ hash }) => hash));
      const surplusTrees = await this.#surplus(this.#keys.trees, trees);
      const surplusContents = await this.#surplus(this.#keys.contents, contents);
      // First the listings: nobody takes a tree for one that is there, and finds that it is not.
      const isDone =
        (held === "keep" || (await this.#remove([this.#keys.heldTrees], unchanged))) &&
        (await this.#remove(
          surplusTrees.map((hash) => `${this.#keys.tree(hash)}/`),
          unchanged,
        )) &&
        (await this.#remove(
          surplusContents.map((hash) => `${this.#keys.content(hash)}/`),
          unchanged,
        ));
      if (isDone) return { trees: surplusTrees.length, contents: surplusContents.length };
    }
    throw new Error("others keep deploying, so that nothing can be removed; try again later");
  }

  /** @returns whether the comparisons held */
  async #hold(hash: string, compare: readonly Comparison[] = []): Promise<boolean> {
    const ends = new AbortController();
    const onError = (): void => {};
    const lease = this.#client.lease(
      { ttl: holdTtl, revokes: false, attach: async () => {}, onError },
      ends.signal,
    );
    try {
      const id = await lease.id();
      const { succeeded } = await this.#client.transact({
        compare,
        success: [
          { put: this.#keys.heldTree(hash), value: new Uint8Array(0), lease: id },
          { put: this.#keys.lastHeldTree, value: encodeBytes(hash) },
        ],
      });
      return succeeded;
    } finally {
      // It is not given up, but runs out.
      ends.abort();
    }
  }

  async #list(hash: string): Promise<readonly ListedFile[]> {
    const list = await this.#find(hash);
    if (list === undefined) throw notAllOf(`${scheme}${hash}`);
    return list;
  }

  /** @returns undefined if there is none, or not all of it. @throws Error if it cannot be understood */
  async #find(hash: string): Promise<readonly ListedFile[] | undefined> {
    const key = this.#keys.tree(hash);
    const listing = (await this.#getAll([key])).get(key);
    if (listing === undefined || hashOf(listing) !== hash) return undefined;
    const listed = decodeListing(decodeBytes(listing));
    if (listed !== undefined) return listed;
    throw new Error(`${scheme}${hash} cannot be understood; was it made by a newer version?`);
  }

  async #putAll(blobs: readonly Blob[]): Promise<void> {
    const missing = (
      await inParallel(
        batches(blobs, () => 1, keysInRequest),
        (batch) => this.#missing(batch),
      )
    ).flat();
    const small = missing.filter(({ content }) => content.length <= pieceBytes);
    const weight = ({ content }: Blob): number => content.length + bytesAround;
    await inParallel(batches(small, weight, requestBytes), (batch) =>
      this.#client.doAll(batch.map(({ key, content }) => ({ put: pieceKey(key, 0), value: content }))),
    );
    const large = missing.filter(({ content }) => content.length > pieceBytes);
    await inParallel(large, (blob) => this.#putPieces(blob));
  }

  /** Those that are not there as a whole. */
  async #missing(blobs: readonly Blob[]): Promise<readonly Blob[]> {
    const { results } = await this.#client.transact({
      success: blobs.map(({ key, content }) => ({
        get: { key: pieceKey(key, Math.max(0, piecesIn(content) - 1)) },
        keysOnly: true,
      })),
    });
    return blobs.filter((_, index) => results[index]?.found.length === 0);
  }

  /** The last piece is written last: if it is there, so are all. */
  async #putPieces({ key, content }: Blob): Promise<void> {
    for (let index = 0; index < piecesIn(content); index++) {
      const value = content.subarray(index * pieceBytes, (index + 1) * pieceBytes);
      await this.#client.put(pieceKey(key, index), value);
    }
  }

  /** @returns the contents, by key; those of which nothing is there are left out */
  async #getAll(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const contents = new Map<string, Uint8Array>();
    await inParallel(
      batches(keys, () => 1, valuesInRequest),
      async (batch) => {
        const { results } = await this.#client.transact({
          success: batch.map((key) => ({ get: { key: pieceKey(key, 0) } })),
        });
        for (const [index, key] of batch.entries()) {
          const first = results[index]?.found[0]?.value;
          if (first === undefined) continue;
          // One that is not full is the only one.
          contents.set(key, first.length < pieceBytes ? first : await this.#getPieces(key));
        }
      },
    );
    return contents;
  }

  async #getPieces(key: string): Promise<Uint8Array> {
    const { entries } = await this.#client.list({ prefix: `${key}/` }, { pageSize: piecesInRequest });
    return Buffer.concat(entries.map(({ value }) => value));
  }

  /** Of what is kept by hash below a prefix, that which is not wanted. */
  async #surplus(prefix: string, wanted: ReadonlySet<string>): Promise<readonly string[]> {
    const found = new Set(
      (await this.#client.keys({ prefix })).flatMap((key) => this.#keys.readHash(key) ?? []),
    );
    return [...found.difference(wanted)];
  }

  /** @returns false if some of it had to stay, for the condition did not hold any more */
  async #remove(prefixes: readonly string[], unless: Comparison): Promise<boolean> {
    for (const batch of batches(prefixes, () => 1, keysInRequest)) {
      const success: Operation[] = batch.map((prefix) => ({ delete: { prefix } }));
      const { succeeded } = await this.#client.transact({ compare: [unless], success });
      if (!succeeded) return false;
    }
    return true;
  }
}

const version = 1;

const scheme = "etcdfs:///fs/deploy/";

/** Well below the 1.5 MiB that etcd takes in one request. */
const pieceBytes = 512 * 1024;
const requestBytes = 1024 * 1024;

/** What a value has around it in a request, about. */
const bytesAround = 512;

const piecesInRequest = 8;

/** Fewer than any etcd takes, and answers that are not too large. */
const keysInRequest = 100;
const valuesInRequest = 25;

/** In seconds. */
const holdTtl = 3600;

const mostPrunings = 5;

/** In ms. */
const pruningPause = 500;

/** Numbers of a fixed width are in order as texts. */
function pieceKey(key: string, index: number): string {
  return `${key}/${String(index).padStart(6, "0")}`;
}

/** What is empty has one, too. */
function piecesIn(content: Uint8Array): number {
  return Math.max(1, Math.ceil(content.length / pieceBytes));
}

/** @param most the weight of a batch, unless a single item has more */
function batches<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
  most: number,
): readonly (readonly T[])[] {
  const all: T[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const own = weightOf(item);
    if (weight + own > most) {
      all.push([]);
      weight = 0;
    }
    all.at(-1)?.push(item);
    weight += own;
  }
  return all;
}

function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** @throws Error for a URI that is none of a tree */
function treeHash(uri: string): string {
  const hash = uri.startsWith(scheme) ? uri.slice(scheme.length) : "";
  if (/^[\da-f]{64}$/.test(hash)) return hash;
  throw new Error(`${uri} is not the URI of a tree of files in the store`);
}

function notAllOf(what: string): Error {
  return new Error(`the store does not have all of ${what}; deploy it again`);
}

function byPath(a: TreeFile, b: TreeFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** @returns undefined for text that is no listing of this version */
function decodeListing(text: string): readonly ListedFile[] | undefined {
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null || !("v" in data) || data.v !== version) return undefined;
  if (!("files" in data) || !Array.isArray(data.files)) return undefined;
  const files = data.files.flatMap((file: unknown) => toListedFile(file) ?? []);
  return files.length === data.files.length ? files : undefined;
}

function toListedFile(file: unknown): ListedFile | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  if (!("path" in file) || !("mode" in file) || !("hash" in file)) return undefined;
  const { path, mode, hash } = file;
  if (typeof path !== "string" || typeof mode !== "number" || typeof hash !== "string") return undefined;
  return { path, mode, hash };
}
