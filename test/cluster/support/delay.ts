/**
 * Connects two network interfaces and holds every packet between them for a while: `delay.ts ONE OTHER MS`. Prints a line once it does.
 * It stands in for what this kernel cannot be relied on to have, netem.
 */
import { dlopen, FFIType, ptr } from "bun:ffi";

const { i32, i64, u64 } = FFIType;
const { symbols: libc } = dlopen("libc.so.6", {
  socket: { args: [i32, i32, i32], returns: i32 },
  setsockopt: { args: [i32, i32, i32, FFIType.ptr, i32], returns: i32 },
  bind: { args: [i32, FFIType.ptr, i32], returns: i32 },
  if_nametoindex: { args: [FFIType.cstring], returns: i32 },
  recv: { args: [i32, FFIType.ptr, u64, i32], returns: i64 },
  send: { args: [i32, FFIType.ptr, u64, i32], returns: i64 },
});

/** The numbers of Linux. */
const [AF_PACKET, SOL_SOCKET, SOL_PACKET] = [17, 1, 263];
const [SOCK_RAW, SOCK_NONBLOCK, SOCK_CLOEXEC] = [3, 0o4000, 0o2000000];
/** All protocols, in the order of bytes that networks have. */
const ETH_P_ALL = 0x0300;
const [SO_RCVBUFFORCE, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING] = [33, 15, 23];

/** Packets of 64 KiB come in one piece, with a word before them on what is left to do: PACKET_VNET_HDR. */
const buffer = Buffer.alloc(80 * 1024);

const [one = "", other = "", ms = ""] = process.argv.slice(2);
const delay = Number(ms);
const ends = [open(one), open(other)] as const;
const held: { readonly due: number; readonly to: number; readonly packet: Buffer }[] = [];
console.log("holds");
setInterval(relay, 1);

function relay(): void {
  const now = performance.now();
  for (const [from, to] of [ends, ends.toReversed()]) {
    if (from === undefined || to === undefined) continue;
    for (;;) {
      const length = Number(libc.recv(from, ptr(buffer), buffer.length, 0));
      if (length <= 0) break;
      held.push({ due: now + delay, to, packet: Buffer.from(buffer.subarray(0, length)) });
    }
  }
  while (held[0] !== undefined && held[0].due <= now) {
    const { to, packet } = held[0];
    held.shift();
    // What cannot be sent is lost, as on any network.
    libc.send(to, ptr(packet), packet.length, 0);
  }
}

/** A socket that receives what comes in at an interface, and sends through it. */
function open(name: string): number {
  const fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, ETH_P_ALL);
  set(fd, SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20);
  set(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
  set(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16LE(ETH_P_ALL, 2);
  address.writeInt32LE(libc.if_nametoindex(Buffer.from(`${name}\0`)), 4);
  if (libc.bind(fd, ptr(address), address.length) !== 0) throw new Error(`there is no interface ${name}`);
  return fd;
}

function set(fd: number, level: number, option: number, value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  if (libc.setsockopt(fd, level, option, ptr(bytes), bytes.length) !== 0)
    throw new Error(`option ${option} of a packet socket is refused`);
}
