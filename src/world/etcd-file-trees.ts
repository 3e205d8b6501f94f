import { createHash } from "node:crypto";
import type { EtcdClient } from "../../etcd/client/client.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { FileTreeStore, TreeFile } from "./deploy-store.ts";
import type { EtcdKeys } from "./etcd-keys.ts";

interface ListedFile {
  readonly path: string;
  readonly mode: number;
  readonly hash: string;
}

/**
 * Trees of files in etcd: the contents under their SHA-256, each in pieces that fit in a request, and a listing of them,
 * likewise under that of its own, so that equal trees have the same URI.
 */
export class EtcdFileTrees implements FileTreeStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Writes the listing last, so that nobody finds a tree of which something is missing. */
  async put(files: readonly TreeFile[]): Promise<string> {
    const listed: ListedFile[] = [];
    for (const { path, mode, content } of files.toSorted(byPath)) {
      const hash = hashOf(content);
      await this.#putPieces(this.#keys.content(hash), content);
      listed.push({ path, mode, hash });
    }
    const listing = encodeBytes(JSON.stringify({ v: version, files: listed }));
    const hash = hashOf(listing);
    await this.#putPieces(this.#keys.tree(hash), listing);
    return `${scheme}${hash}`;
  }

  async get(uri: string): Promise<readonly TreeFile[]> {
    const hash = uri.startsWith(scheme) ? uri.slice(scheme.length) : "";
    if (!/^[\da-f]{64}$/.test(hash)) throw new Error(`${uri} is not the URI of a tree of files in the store`);
    const listing = await this.#getPieces(this.#keys.tree(hash), hash, uri);
    const listed = decodeListing(decodeBytes(listing));
    if (listed === undefined) throw new Error(`${uri} cannot be understood; was it made by a newer version?`);
    const files: TreeFile[] = [];
    for (const file of listed) {
      const content = await this.#getPieces(
        this.#keys.content(file.hash),
        file.hash,
        `${file.path} of ${uri}`,
      );
      files.push({ path: file.path, mode: file.mode, content });
    }
    return files;
  }

  /** The last piece is written last: if it is there, so are all. */
  async #putPieces(key: string, content: Uint8Array): Promise<void> {
    const count = Math.max(1, Math.ceil(content.length / pieceBytes));
    const { succeeded } = await this.#client.transact({
      compare: [{ key: pieceKey(key, count - 1), exists: true }],
    });
    if (succeeded) return;
    for (let index = 0; index < count; index++) {
      const value = content.subarray(index * pieceBytes, (index + 1) * pieceBytes);
      await this.#client.set(pieceKey(key, index), value);
    }
  }

  async #getPieces(key: string, hash: string, what: string): Promise<Uint8Array> {
    const { entries } = await this.#client.list({ prefix: `${key}/` }, { pageSize: piecesInRequest });
    const content = Buffer.concat(entries.map(({ value }) => value));
    if (entries.length > 0 && hashOf(content) === hash) return content;
    throw new Error(`the store does not have all of ${what}; deploy it again`);
  }
}

const version = 1;

const scheme = "etcdfs:///fs/deploy/";

/** Well below the 1.5 MiB that etcd takes in one request. */
const pieceBytes = 512 * 1024;

const piecesInRequest = 8;

/** Numbers of a fixed width are in order as texts. */
function pieceKey(key: string, index: number): string {
  return `${key}/${String(index).padStart(6, "0")}`;
}

function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
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
