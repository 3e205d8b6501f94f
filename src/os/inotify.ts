import { decodeBytes } from "../../lang/bytes.ts";
import { DescriptorReader } from "./descriptor-reader.ts";
import { SystemError } from "./errors.ts";
import { cString, lastErrorCode, libc } from "./libc.ts";

/** Bits of an event's mask (inotify(7)). */
export const InotifyMask = {
  modify: 0x2,
  attributes: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  overflow: 0x4000,
  ignored: 0x8000,
  isDirectory: 0x4000_0000,
} as const;

/** Flags of {@link Inotify.add}. */
export const InotifyFlag = { onlyDirectory: 0x0100_0000, dontFollow: 0x0200_0000 } as const;

/**
 * What every watch asks for. One mask for all: the kernel keeps one watch per inode and a second
 * `inotify_add_watch` replaces its mask, so different masks would have to be merged. CLOSE_WRITE is the only sign
 * of writes through a memory mapping.
 */
const allEvents =
  InotifyMask.modify |
  InotifyMask.attributes |
  InotifyMask.closeWrite |
  InotifyMask.movedFrom |
  InotifyMask.movedTo |
  InotifyMask.create |
  InotifyMask.delete |
  InotifyMask.deleteSelf |
  InotifyMask.moveSelf;

const NONBLOCK_CLOEXEC = 0o2004000;
const HEADER_SIZE = 16;
/** The largest event: header, a name of 255 bytes, its NUL. */
const LARGEST_EVENT = HEADER_SIZE + 256;
const BUFFER_SIZE = 64 * 1024;
/** How long an instance without watches stays open, and how long a watch stays that nobody wants any more. */
const IDLE_MILLISECONDS = 20;

/** Whoever watches an inode. */
export interface InotifySubscriber {
  /** @param name the entry of the watched directory it is about, or `""` for the watched inode itself */
  onEvent(mask: number, name: string): void;
  /** The kernel dropped the watch: the inode is gone or its file system was unmounted. */
  onGone(): void;
}

/** What concerns the instance as a whole. */
export interface InotifyOwner {
  /** Events were lost: anything may have changed. */
  onOverflow(): void;
  /** The events that were read together have been delivered. */
  onBatchEnd(): void;
  /** No more events will come; the watches are lost. */
  onBroken(error: Error): void;
}

/**
 * One inotify instance: opened by the first watch, closed soon after the last one, so that nothing keeps the process
 * alive after that. Watches are counted by inode.
 */
export class Inotify {
  readonly #owner: InotifyOwner;
  /** Never changed in place: a dispatch may be going through them. */
  readonly #subscribers = new Map<number, readonly InotifySubscriber[]>();
  /** Watches that the kernel has, and nobody wants. */
  readonly #unwanted = new Set<number>();
  /** Events that were read and are still to be delivered. */
  #backlog: Uint8Array[] = [];
  #open: DescriptorReader | undefined;
  #tidying = false;
  #spareBuffer: Uint8Array | undefined;

  constructor(owner: InotifyOwner) {
    this.#owner = owner;
  }

  /** Number of kernel watches that somebody wants. */
  get size(): number {
    return this.#subscribers.size;
  }

  /**
   * Watches the inode a path leads to, for `subscriber`. Adding what it has already is a no-op.
   *
   * @returns the watch descriptor, equal for all paths to one inode
   * @throws SystemError with the errno name as `code`
   */
  add(path: string, flags: number, subscriber: InotifySubscriber): number {
    const bytes = cString(path);
    const fd = this.#open?.fd ?? this.#start();
    const add = (): number => libc().inotify_add_watch(fd, bytes, allEvents | flags);
    let descriptor = add();
    let code = descriptor < 0 ? lastErrorCode() : "";
    if (code === "ENOSPC" && this.#unwanted.size > 0) {
      this.#removeUnwanted();
      descriptor = add();
      code = descriptor < 0 ? lastErrorCode() : "";
    }
    if (descriptor < 0) {
      this.#tidyLater();
      throw watchError(path, code);
    }
    if (this.#unwanted.delete(descriptor)) this.#passOver();
    const present = this.#subscribers.get(descriptor) ?? [];
    if (!present.includes(subscriber)) this.#subscribers.set(descriptor, [...present, subscriber]);
    return descriptor;
  }

  /** Takes a subscriber off a watch; unknown ones are ignored. */
  remove(descriptor: number, subscriber: InotifySubscriber): void {
    const present = this.#subscribers.get(descriptor);
    if (present === undefined) return;
    const rest = present.filter((one) => one !== subscriber);
    if (rest.length > 0) {
      this.#subscribers.set(descriptor, rest);
      return;
    }
    this.#subscribers.delete(descriptor);
    this.#unwanted.add(descriptor);
    this.#tidyLater();
  }

  /**
   * Reads and delivers what the kernel has queued right now. When it returns, everything that happened before the
   * call has been delivered.
   */
  drain(): void {
    this.#readAll((bytes) => this.#deliver(bytes));
    this.#deliver();
  }

  /** Leaves out what has happened to watches while nobody wanted them. Others hear of theirs a little later. */
  #passOver(): void {
    const concerns = InotifyMask.overflow | InotifyMask.ignored;
    this.#readAll((bytes) => {
      const rest = eventsIn(bytes).filter(
        ({ descriptor, mask }) => mask & concerns || this.#subscribers.has(descriptor),
      );
      if (rest.length === 0) return;
      if (this.#backlog.length === 0) setImmediate(() => this.#deliver());
      this.#backlog.push(Buffer.concat(rest.map(({ start, end }) => bytes.subarray(start, end))));
    });
  }

  /** Reads what the kernel has queued. @param take is given bytes that are valid during the call */
  #readAll(take: (bytes: Uint8Array) => void): void {
    const buffer = this.#spareBuffer ?? new Uint8Array(BUFFER_SIZE);
    this.#spareBuffer = undefined;
    for (;;) {
      const fd = this.#open?.fd;
      if (fd === undefined) break;
      const length = Number(libc().read(fd, buffer, buffer.length));
      if (length <= 0) break;
      take(buffer.subarray(0, length));
      if (length <= buffer.length - LARGEST_EVENT) break;
    }
    this.#spareBuffer = buffer;
  }

  #start(): number {
    const fd = libc().inotify_init1(NONBLOCK_CLOEXEC);
    if (fd < 0) throw instanceError(lastErrorCode());
    this.#open = new DescriptorReader(fd, {
      onBytes: (bytes) => this.#deliver(bytes),
      onBroken: (error) => {
        this.#subscribers.clear();
        this.#close();
        this.#owner.onBroken(new Error(`file watching broke: ${String(error)}`, { cause: error }));
      },
    });
    return fd;
  }

  /**
   * Not at once. One resource takes the place of another at the same path, and to begin to watch a directory takes the kernel
   * milliseconds: it goes through all names there that it remembers. And a user has few instances (128), of which the
   * stream's own copy of the descriptor is closed by a thread some time after.
   */
  #tidyLater(): void {
    if (!this.#open || this.#tidying || (this.#unwanted.size === 0 && this.#subscribers.size > 0)) return;
    this.#tidying = true;
    setTimeout(() => {
      this.#tidying = false;
      if (this.#subscribers.size === 0) this.#close();
      else this.#removeUnwanted();
    }, IDLE_MILLISECONDS);
  }

  #removeUnwanted(): void {
    for (const descriptor of this.#unwanted)
      if (this.#open) libc().inotify_rm_watch(this.#open.fd, descriptor);
    this.#unwanted.clear();
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    this.#unwanted.clear();
    open?.close();
  }

  /** In the order in which they happened. */
  #deliver(bytes?: Uint8Array): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const each of backlog) this.#dispatch(each);
    if (bytes !== undefined) this.#dispatch(bytes);
  }

  #dispatch(bytes: Uint8Array): void {
    for (const { descriptor, mask, start, end } of eventsIn(bytes)) {
      if (mask & InotifyMask.overflow) this.#owner.onOverflow();
      else if (mask & InotifyMask.ignored) this.#drop(descriptor);
      else {
        const subscribers = this.#subscribers.get(descriptor);
        if (subscribers === undefined) continue;
        const name = end > start + HEADER_SIZE ? nameAt(bytes, start + HEADER_SIZE) : "";
        for (const subscriber of subscribers) subscriber.onEvent(mask, name);
      }
    }
    this.#owner.onBatchEnd();
  }

  #drop(descriptor: number): void {
    this.#unwanted.delete(descriptor);
    const subscribers = this.#subscribers.get(descriptor);
    if (subscribers === undefined) return;
    this.#subscribers.delete(descriptor);
    for (const subscriber of subscribers) subscriber.onGone();
    this.#tidyLater();
  }
}

interface RawEvent {
  readonly descriptor: number;
  readonly mask: number;
  /** Where it is in the bytes. */
  readonly start: number;
  readonly end: number;
}

function eventsIn(bytes: Uint8Array): readonly RawEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: RawEvent[] = [];
  for (let start = 0; start + HEADER_SIZE <= bytes.length; ) {
    const end = start + HEADER_SIZE + view.getUint32(start + 12, true);
    events.push({
      descriptor: view.getInt32(start, true),
      mask: view.getUint32(start + 4, true),
      start,
      end,
    });
    start = end;
  }
  return events;
}

function nameAt(bytes: Uint8Array, start: number): string {
  return decodeBytes(bytes.subarray(start, bytes.indexOf(0, start)));
}

function watchError(path: string, code: string): SystemError {
  if (code === "ENOSPC")
    return new SystemError(
      "could not watch",
      path,
      code,
      "out of inotify watches: raise fs.inotify.max_user_watches",
    );
  if (code === "EACCES" || code === "EPERM")
    return new SystemError("could not watch", path, code, "permission denied adding a watch");
  return new SystemError("could not watch", path, code);
}

function instanceError(code: string): Error {
  if (code === "EMFILE")
    return new SystemError(
      "could not watch",
      "files",
      code,
      "out of inotify instances or open files: raise fs.inotify.max_user_instances or the limit of open files",
    );
  return new SystemError("could not watch", "files", code);
}
