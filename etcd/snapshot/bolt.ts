/**
 * Reads from the file of an etcd store, which bbolt has written: pages of a B+ tree of buckets of keys and values. Only
 * what it takes to tell what a snapshot holds.
 */
import { fstatSync, readSync } from "node:fs";

/** Contents that are not those of such a file. */
export class BoltError extends Error {
  override readonly name = "BoltError";
}

interface Page {
  readonly bytes: Buffer;
  readonly isLeaf: boolean;
  readonly count: number;
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly isBucket: boolean;
}

const magic = 0xed0cdaed;
const version = 2;
const pageHead = 16;
const bucketHead = 16;
const elementSize = 16;
const branchFlag = 1;
const leafFlag = 2;
const bucketFlag = 1;
/** No tree of a store is as high: it is one that goes in circles. */
const highest = 64;
/** Pages. A damaged tree may lead to the same ones again and again. */
const mostPages = 100_000;

/** A bucket: what is in it, in the order of the keys. */
export class Bucket {
  readonly #file: BoltFile;
  /** The page with the root; or the root itself, where it is small enough to be in the page of its parent. */
  readonly #root: number | Buffer;

  constructor(file: BoltFile, root: number | Buffer) {
    this.#file = file;
    this.#root = root;
  }

  get(key: string): Buffer | undefined {
    return this.#find(Buffer.from(key))?.value;
  }

  bucket(name: string): Bucket | undefined {
    const found = this.#find(Buffer.from(name));
    if (found === undefined || !found.isBucket) return undefined;
    const { value } = found;
    if (value.length < bucketHead) throw new BoltError(`the bucket ${name} has no head`);
    const root = toNumber(value.readBigUInt64LE(0));
    return new Bucket(this.#file, root === 0 ? value.subarray(bucketHead) : root);
  }

  /** The greatest key. */
  last(): Buffer | undefined {
    let page = this.#rootPage();
    for (let height = 0; height < highest; height++) {
      if (page.isLeaf) return page.count === 0 ? undefined : leafEntry(page, page.count - 1).key;
      page = this.#file.page(childOf(page, page.count - 1));
    }
    throw new BoltError("its tree is too high");
  }

  /** Everything in it. To be used for small buckets. */
  entries(): readonly Entry[] {
    const all: Entry[] = [];
    let pages = 0;
    const visit = (page: Page, height: number): void => {
      if (height > highest || ++pages > mostPages) throw new BoltError("its tree is too large");
      for (let index = 0; index < page.count; index++) {
        if (page.isLeaf) all.push(leafEntry(page, index));
        else visit(this.#file.page(childOf(page, index)), height + 1);
      }
    };
    visit(this.#rootPage(), 0);
    return all;
  }

  #find(key: Buffer): Entry | undefined {
    let page = this.#rootPage();
    for (let height = 0; height < highest; height++) {
      const index = lastNotAfter(page, key);
      if (index < 0) return undefined;
      if (page.isLeaf) {
        const entry = leafEntry(page, index);
        return entry.key.equals(key) ? entry : undefined;
      }
      page = this.#file.page(childOf(page, index));
    }
    throw new BoltError("its tree is too high");
  }

  #rootPage(): Page {
    return typeof this.#root === "number" ? this.#file.page(this.#root) : toPage(this.#root);
  }
}

/** An open file of a store. */
export class BoltFile {
  readonly root: Bucket;
  readonly #descriptor: number;
  readonly #size: number;
  readonly #pageSize: number;

  /** @throws BoltError if it is none */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
    const first = readMeta(this.#read(0, pageHead + metaSize));
    this.#pageSize = first?.pageSize ?? usualPageSize;
    const second = readMeta(this.#read(this.#pageSize, pageHead + metaSize));
    const [newest] = [first, second]
      .filter((meta) => meta !== undefined)
      .sort((one, other) => Number(other.transaction - one.transaction));
    if (newest === undefined) throw new BoltError("it does not begin as the file of a store does");
    this.#pageSize = newest.pageSize;
    this.root = new Bucket(this, newest.root);
  }

  /** @throws BoltError if there is none of that number */
  page(number: number): Page {
    const start = number * this.#pageSize;
    const overflow = this.#read(start, pageHead).readUInt32LE(12);
    const size = (overflow + 1) * this.#pageSize;
    return toPage(this.#read(start, size));
  }

  #read(start: number, size: number): Buffer {
    if (start + size > this.#size) throw new BoltError("it ends too early");
    const bytes = Buffer.alloc(size);
    for (let done = 0; done < size; ) {
      const read = readSync(this.#descriptor, bytes, done, size - done, start + done);
      if (read === 0) throw new BoltError("it ends too early");
      done += read;
    }
    return bytes;
  }
}

interface Meta {
  readonly pageSize: number;
  readonly root: number;
  readonly transaction: bigint;
}

const metaSize = 64;
const usualPageSize = 4096;

/** Both of the first two pages tell where everything is: while one is written, the other holds. */
function readMeta(page: Buffer): Meta | undefined {
  const meta = page.subarray(pageHead);
  if (meta.readUInt32LE(0) !== magic || meta.readUInt32LE(4) !== version) return undefined;
  if (meta.readBigUInt64LE(56) !== fnv1a(meta.subarray(0, 56))) return undefined;
  return {
    pageSize: meta.readUInt32LE(8),
    root: toNumber(meta.readBigUInt64LE(16)),
    transaction: meta.readBigUInt64LE(48),
  };
}

function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

function toPage(bytes: Buffer): Page {
  if (bytes.length < pageHead) throw new BoltError("it has a page without a head");
  const flags = bytes.readUInt16LE(8);
  const count = bytes.readUInt16LE(10);
  const isLeaf = (flags & leafFlag) !== 0;
  if (!isLeaf && ((flags & branchFlag) === 0 || count === 0))
    throw new BoltError("a page is not what it should be");
  if (pageHead + count * elementSize > bytes.length) throw new BoltError("a page has too many elements");
  return { bytes, isLeaf, count };
}

function leafEntry({ bytes }: Page, index: number): Entry {
  const at = pageHead + index * elementSize;
  const keyAt = at + bytes.readUInt32LE(at + 4);
  const valueAt = keyAt + bytes.readUInt32LE(at + 8);
  const end = valueAt + bytes.readUInt32LE(at + 12);
  if (end > bytes.length) throw new BoltError("an element is longer than its page");
  const isBucket = (bytes.readUInt32LE(at) & bucketFlag) !== 0;
  return { key: bytes.subarray(keyAt, valueAt), value: bytes.subarray(valueAt, end), isBucket };
}

function branchKey({ bytes }: Page, index: number): Buffer {
  const at = pageHead + index * elementSize;
  const keyAt = at + bytes.readUInt32LE(at);
  const end = keyAt + bytes.readUInt32LE(at + 4);
  if (end > bytes.length) throw new BoltError("an element is longer than its page");
  return bytes.subarray(keyAt, end);
}

function childOf({ bytes }: Page, index: number): number {
  return toNumber(bytes.readBigUInt64LE(pageHead + index * elementSize + 8));
}

/** The last element whose key is not after this one; -1 if there is none. */
function lastNotAfter(page: Page, key: Buffer): number {
  let low = 0;
  let high = page.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = page.isLeaf ? leafEntry(page, middle).key : branchKey(page, middle);
    if (found.compare(key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BoltError("a page has an impossible number");
  return Number(value);
}
