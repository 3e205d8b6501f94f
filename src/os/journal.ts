/** The journal of systemd, spoken to in its native protocol (resources-system 3.14). */
import { ptr } from "bun:ffi";
import { closeSync, writeSync } from "node:fs";
import { encodeBytes } from "../../lang/bytes.ts";
import { SystemError } from "./errors.ts";
import { cString, lastErrorCode, libc } from "./libc.ts";

/** Where journald takes entries. */
export const journalSocket = "/run/systemd/journal/socket";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
/** No more seals, no change of size or contents: journald reads only what cannot change under its eyes. */
const ALL_SEALS = 0xf;
/** What `sockaddr_un` has room for, with a NUL at the end. */
const LONGEST_SOCKET_PATH = 107;
/** Milliseconds between attempts while the receiver's queue is full, which nothing tells the end of. */
const QUEUE_CHECK = 10;

/**
 * Adds an entry to the journal. Waits while journald has no room for it.
 *
 * @param fields in order; journald drops those whose names are not of upper-case letters, digits and underscores
 * @param socket where the journal listens
 * @throws SystemError, or the reason of the signal
 */
export async function sendToJournal(
  fields: Iterable<readonly [name: string, value: string]>,
  signal: AbortSignal,
  socket = journalSocket,
): Promise<void> {
  const entry = Buffer.concat([...fields].map(([name, value]) => encodeField(name, value)));
  const address = socketAddress(socket);
  const descriptor = libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) throw new SystemError("could not open", "a socket", lastErrorCode());
  try {
    for (;;) {
      signal.throwIfAborted();
      const code = sendEntry(descriptor, address, entry);
      if (code === undefined) return;
      if (code !== "EAGAIN" && code !== "EWOULDBLOCK") throw failure(socket, code);
      await Bun.sleep(QUEUE_CHECK);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** `NAME=value`, or with the length given where the value has a newline in it. */
function encodeField(name: string, value: string): Uint8Array {
  const bytes = encodeBytes(value);
  if (!bytes.includes(10)) return Buffer.concat([encodeBytes(`${name}=`), bytes, encodeBytes("\n")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([encodeBytes(`${name}\n`), length, bytes, encodeBytes("\n")]);
}

function failure(socket: string, code: string): SystemError {
  const absent = code === "ENOENT" || code === "ECONNREFUSED";
  return absent
    ? new SystemError("could not write to the journal at", socket, code, "journald is not running")
    : new SystemError("could not write to the journal at", socket, code);
}

/** @returns what went wrong, as an errno name */
function sendEntry(descriptor: number, address: Uint8Array, entry: Uint8Array): string | undefined {
  const sent = libc().sendto(descriptor, entry, entry.length, MSG_NOSIGNAL, address, address.length);
  if (sent >= 0) return undefined;
  const code = lastErrorCode();
  return code === "EMSGSIZE" || code === "ENOBUFS" ? sendInFile(descriptor, address, entry) : code;
}

/** An entry too large for a datagram goes as an open file that has it. */
function sendInFile(descriptor: number, address: Uint8Array, entry: Uint8Array): string | undefined {
  const file = libc().memfd_create(cString("journal-entry"), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) throw new SystemError("could not create", "a file in memory", lastErrorCode());
  try {
    for (let written = 0; written < entry.length; ) written += writeSync(file, entry, written);
    if (libc().fcntl(file, F_ADD_SEALS, ALL_SEALS) !== 0)
      throw new SystemError("could not seal", "a file in memory", lastErrorCode());
    const sent = libc().sendmsg(descriptor, fileMessage(address, file), MSG_NOSIGNAL);
    return sent < 0 ? lastErrorCode() : undefined;
  } finally {
    closeSync(file);
  }
}

/** `struct sockaddr_un`. */
function socketAddress(path: string): Uint8Array {
  const bytes = encodeBytes(path);
  if (bytes.length > LONGEST_SOCKET_PATH)
    throw new SystemError("could not reach the socket", path, "ENAMETOOLONG");
  const address = new Uint8Array(2 + bytes.length + 1);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(bytes, 2);
  return address;
}

/**
 * `struct msghdr` of a message without contents that passes one open file, followed by what it points to: the
 * `struct cmsghdr` for the file, and the address. One piece of memory, so that all of it lives as long as its head.
 */
function fileMessage(address: Uint8Array, file: number): Uint8Array {
  const headerSize = 56;
  const controlSize = 24;
  const message = new Uint8Array(headerSize + controlSize + address.length);
  const view = new DataView(message.buffer);
  const start = BigInt(ptr(message));
  const addressAt = headerSize + controlSize;
  view.setBigUint64(0, start + BigInt(addressAt), true);
  view.setUint32(8, address.length, true);
  view.setBigUint64(32, start + BigInt(headerSize), true);
  view.setBigUint64(40, BigInt(controlSize), true);
  view.setBigUint64(headerSize, 20n, true);
  view.setInt32(headerSize + 8, SOL_SOCKET, true);
  view.setInt32(headerSize + 12, SCM_RIGHTS, true);
  view.setInt32(headerSize + 16, file, true);
  message.set(address, addressAt);
  return message;
}
