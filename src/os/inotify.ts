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
/** How long an instance without watches stays open. */
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
  #open: DescriptorReader | undefined;
  #closing = false;
  #spareBuffer: Uint8Array | undefined;

  constructor(owner: InotifyOwner) {
    this.#owner = owner;
  }

  /** Number of kernel watches in use. */
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
    const descriptor = libc().inotify_add_watch(fd, bytes, allEvents | flags);
    if (descriptor < 0) {
      const code = lastErrorCode();
      this.#closeIfUnused();
      throw watchError(path, code);
    }
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
    if (this.#open) libc().inotify_rm_watch(this.#open.fd, descriptor);
    this.#closeIfUnused();
  }

  /**
   * Reads and delivers what the kernel has queued right now. When it returns, everything that happened before the
   * call has been delivered.
   */
  drain(): void {
    const buffer = this.#spareBuffer ?? new Uint8Array(BUFFER_SIZE);
    this.#spareBuffer = undefined;
    for (;;) {
      const fd = this.#open?.fd;
      if (fd === undefined) break;
      const length = Number(libc().read(fd, buffer, buffer.length));
      if (length <= 0) break;
      this.#dispatch(buffer.subarray(0, length));
      if (length <= buffer.length - LARGEST_EVENT) break;
    }
    this.#spareBuffer = buffer;
  }

  #start(): number {
    const fd = libc().inotify_init1(NONBLOCK_CLOEXEC);
    if (fd < 0) throw instanceError(lastErrorCode());
    this.#open = new DescriptorReader(fd, {
      onBytes: (bytes) => this.#dispatch(bytes),
      onBroken: (error) => {
        this.#subscribers.clear();
        this.#close();
        this.#owner.onBroken(new Error(`file watching broke: ${String(error)}`, { cause: error }));
      },
    });
    return fd;
  }

  /**
   * Not at once: a user has few instances (128), and the stream's own copy of the descriptor is closed by a thread
   * some time after, so watches that come and go in quick succession must share one.
   */
  #closeIfUnused(): void {
    if (this.#subscribers.size > 0 || !this.#open || this.#closing) return;
    this.#closing = true;
    setTimeout(() => {
      this.#closing = false;
      if (this.#subscribers.size === 0) this.#close();
    }, IDLE_MILLISECONDS);
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.close();
  }

  #dispatch(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + HEADER_SIZE <= bytes.length; ) {
      const descriptor = view.getInt32(at, true);
      const mask = view.getUint32(at + 4, true);
      const length = view.getUint32(at + 12, true);
      if (mask & InotifyMask.overflow) this.#owner.onOverflow();
      else if (mask & InotifyMask.ignored) this.#drop(descriptor);
      else {
        const subscribers = this.#subscribers.get(descriptor);
        if (subscribers !== undefined) {
          const name = length > 0 ? nameAt(bytes, at + HEADER_SIZE) : "";
          for (const subscriber of subscribers) subscriber.onEvent(mask, name);
        }
      }
      at += HEADER_SIZE + length;
    }
    this.#owner.onBatchEnd();
  }

  #drop(descriptor: number): void {
    const subscribers = this.#subscribers.get(descriptor);
    if (subscribers === undefined) return;
    this.#subscribers.delete(descriptor);
    for (const subscriber of subscribers) subscriber.onGone();
    this.#closeIfUnused();
  }
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
