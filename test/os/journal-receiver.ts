/** A datagram socket that listens as journald does. */
import { dlopen, FFIType, ptr } from "bun:ffi";
import { closeSync, readFileSync } from "node:fs";
import { encodeBytes } from "../../lang/bytes.ts";

const { i32, u32, i64_fast: i64 } = FFIType;
const libc = dlopen("libc.so.6", {
  socket: { args: [i32, i32, i32], returns: i32 },
  bind: { args: [i32, FFIType.ptr, u32], returns: i32 },
  recvmsg: { args: [i32, FFIType.ptr, i32], returns: i64 },
  fcntl: { args: [i32, i32, i32], returns: i32 },
}).symbols;

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const F_GET_SEALS = 1034;

export interface ReceivedEntry {
  readonly bytes: Buffer;
  /** How the entry came if not as a datagram: the seals of the file that was passed. */
  readonly seals: number | undefined;
}

export class JournalReceiver implements Disposable {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    const bytes = encodeBytes(path);
    const address = new Uint8Array(2 + bytes.length + 1);
    address[0] = AF_UNIX;
    address.set(bytes, 2);
    if (libc.bind(this.#descriptor, address, address.length) !== 0) throw new Error(`could not bind ${path}`);
  }

  /** The next entry, or undefined if there is none now. */
  receive(): ReceivedEntry | undefined {
    const contents = new Uint8Array(256 * 1024);
    const control = new Uint8Array(64);
    const controlView = new DataView(control.buffer);
    const vector = new BigUint64Array([BigInt(ptr(contents)), BigInt(contents.length)]);
    const header = new Uint8Array(56);
    const view = new DataView(header.buffer);
    view.setBigUint64(16, BigInt(ptr(vector)), true);
    view.setBigUint64(24, 1n, true);
    view.setBigUint64(32, BigInt(ptr(control)), true);
    view.setBigUint64(40, BigInt(control.length), true);
    const length = Number(libc.recvmsg(this.#descriptor, header, MSG_DONTWAIT));
    if (length < 0) return undefined;
    const passedFile = view.getBigUint64(40, true) >= 20n;
    if (!passedFile) return { bytes: Buffer.from(contents.subarray(0, length)), seals: undefined };
    const file = controlView.getInt32(16, true);
    try {
      const seals = libc.fcntl(file, F_GET_SEALS, 0);
      return { bytes: readFileSync(`/proc/self/fd/${file}`), seals };
    } finally {
      closeSync(file);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** The fields of an entry in the journal's native protocol. */
export function readEntry(bytes: Buffer): readonly (readonly [name: string, value: string])[] {
  const fields: (readonly [string, string])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const equals = bytes.indexOf(61, at);
    if (equals >= 0 && equals < end) {
      fields.push([bytes.toString("utf8", at, equals), bytes.toString("utf8", equals + 1, end)]);
      at = end + 1;
    } else {
      const value = end + 9;
      const length = Number(bytes.readBigUInt64LE(end + 1));
      fields.push([bytes.toString("utf8", at, end), bytes.toString("utf8", value, value + length)]);
      if (bytes[value + length] !== 10) throw new Error("no newline after the value");
      at = value + length + 1;
    }
  }
  return fields;
}
