/** Netlink sockets (netlink(7)): requests to the kernel, and the events it tells. */
import { closeSync } from "node:fs";
import { DescriptorReader } from "./descriptor-reader.ts";
import { errnoName, errorCode, explainError, SystemError } from "./errors.ts";
import { lastErrorCode, libc } from "./libc.ts";
import {
  encodeMessage,
  malformed,
  NetlinkControl,
  NetlinkFlag,
  type NetlinkMessage,
  parseMessages,
  viewOf,
} from "./netlink-message.ts";

/** Families of netlink. */
export const NetlinkFamily = { route: 0, uevent: 15 } as const;

const AF_NETLINK = 16;
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o2004000;
const ADDRESS_SIZE = 12;
const MSG_TRUNC = 0x20;
/** The kernel makes no answer larger than this. */
const LARGEST_DATAGRAM = 64 * 1024;
/** How often an answer is asked for again that changed while it was given. */
const MOST_ATTEMPTS = 8;

/** @param groups bits of the groups whose events are to be received */
function openSocket(family: number, groups: number): number {
  const fd = libc().socket(AF_NETLINK, SOCK_RAW_NONBLOCK_CLOEXEC, family);
  if (fd < 0) throw new SystemError("could not open", "a netlink socket", lastErrorCode());
  const address = new Uint8Array(ADDRESS_SIZE);
  const view = viewOf(address);
  view.setUint16(0, AF_NETLINK, true);
  // The port stays 0, for the kernel to choose: a process may have several sockets.
  view.setUint32(8, groups, true);
  if (libc().bind(fd, address, address.length) !== 0) {
    const code = lastErrorCode();
    closeSync(fd);
    throw new SystemError("could not bind", "a netlink socket", code);
  }
  return fd;
}

/**
 * Asks the kernel and returns all it answers: for a dump the parts of it, for another request its answer or nothing.
 * The kernel has answered when the request is sent, so this does not wait.
 *
 * @throws SystemError with the errno name as `code` if the kernel refuses; Error for an answer that cannot be read
 */
export function netlinkRequest(family: number, request: NetlinkMessage): NetlinkMessage[] {
  const fd = openSocket(family, 0);
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = exchange(fd, request);
      const isWhole = !answer.some(({ flags }) => flags & NetlinkFlag.interrupted);
      // What a dump misses that never comes to rest is told by the events of the changes.
      if (isWhole || attempt === MOST_ATTEMPTS) return answer;
    }
  } finally {
    closeSync(fd);
  }
}

function exchange(fd: number, { type, flags, body }: NetlinkMessage): NetlinkMessage[] {
  const isDump = (flags & NetlinkFlag.dump) === NetlinkFlag.dump;
  const ending = isDump ? 0 : NetlinkFlag.acknowledge;
  const bytes = encodeMessage({ type, flags: flags | NetlinkFlag.request | ending, body }, 1);
  if (Number(libc().sendto(fd, bytes, bytes.length, 0, null, 0)) !== bytes.length) {
    throw new SystemError("could not ask", "the kernel", lastErrorCode());
  }
  const answer: NetlinkMessage[] = [];
  for (;;) {
    for (const message of parseMessages(receive(fd))) {
      if (message.type === NetlinkControl.noop) continue;
      if (message.type === NetlinkControl.overrun) throw malformed("an overrun");
      if (message.type !== NetlinkControl.error && message.type !== NetlinkControl.done) {
        answer.push(message);
        continue;
      }
      if (message.body.length < 4) throw malformed(`an end of ${message.body.length} bytes`);
      const errno = -viewOf(message.body).getInt32(0, true);
      if (errno > 0) throw new SystemError("could not ask", "the kernel", errnoName(errno));
      return answer;
    }
  }
}

function receive(fd: number): Uint8Array {
  const buffer = new Uint8Array(LARGEST_DATAGRAM);
  const length = Number(libc().recv(fd, buffer, buffer.length, MSG_TRUNC));
  if (length < 0) throw new SystemError("could not read the answer of", "the kernel", lastErrorCode());
  if (length > buffer.length) throw malformed(`a datagram of ${length} bytes`);
  return buffer.subarray(0, length);
}

/** Whoever wants to know of events. */
export interface NetlinkListener {
  /** @param bytes one datagram or several that came together */
  onEvents(bytes: Uint8Array): void;
  /** Events were lost: anything may have changed. */
  onLost(): void;
  /** No more events will come. */
  onBroken(error: Error): void;
}

/** Events of some groups of a family: one socket for all who listen, open while somebody does. */
export class NetlinkEvents {
  readonly #family: number;
  readonly #groups: number;
  readonly #listeners = new Set<NetlinkListener>();
  #socket: DescriptorReader | undefined;

  /** @param groups bits of the groups */
  constructor(family: number, groups: number) {
    this.#family = family;
    this.#groups = groups;
  }

  /**
   * What happens from the moment this returns is told, until the signal fires.
   * @throws SystemError if there are no such events here
   */
  listen(listener: NetlinkListener, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#socket ??= this.#open();
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#remove(listener), { once: true });
  }

  #open(): DescriptorReader {
    const socket = new DescriptorReader(openSocket(this.#family, this.#groups), {
      onBytes: (bytes) => this.#tell((listener) => listener.onEvents(bytes)),
      onBroken: (error) => {
        if (errorCode(error) === "ENOBUFS") {
          socket.resume();
          this.#tell((listener) => listener.onLost());
          return;
        }
        const reason = new Error(`netlink events broke: ${explainError(error)}`, { cause: error });
        const left = [...this.#listeners];
        this.#listeners.clear();
        this.#close();
        for (const listener of left) listener.onBroken(reason);
      },
    });
    return socket;
  }

  /** Those who stop listening because of what is told are not told. */
  #tell(what: (listener: NetlinkListener) => void): void {
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) what(listener);
  }

  #remove(listener: NetlinkListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#close();
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}
