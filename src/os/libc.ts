import { dlopen, FFIType, read } from "bun:ffi";
import { encodeBytes } from "../../lang/bytes.ts";
import { errnoName, SystemError } from "./errors.ts";

/**
 * The C library, for what Bun has no function for. Loaded on first use. Sizes and offsets used with it are those
 * that are equal on every architecture Bun runs on, all little-endian (hence `statx`, never `stat`).
 */
export function libc(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}

let loaded: ReturnType<typeof load> | undefined;

function load() {
  const { i32, u32, u64, i64_fast: i64, ptr } = FFIType;
  return dlopen("libc.so.6", {
    __errno_location: { args: [], returns: ptr },
    bind: { args: [i32, ptr, u32], returns: i32 },
    execve: { args: [ptr, ptr, ptr], returns: i32 },
    fcntl: { args: [i32, i32, i32], returns: i32 },
    flock: { args: [i32, i32], returns: i32 },
    getdents64: { args: [i32, ptr, u64], returns: i64 },
    getpagesize: { args: [], returns: i32 },
    inotify_add_watch: { args: [i32, ptr, u32], returns: i32 },
    inotify_init1: { args: [i32], returns: i32 },
    inotify_rm_watch: { args: [i32, i32], returns: i32 },
    lgetxattr: { args: [ptr, ptr, ptr, u64], returns: i64 },
    llistxattr: { args: [ptr, ptr, u64], returns: i64 },
    lremovexattr: { args: [ptr, ptr], returns: i32 },
    lsetxattr: { args: [ptr, ptr, ptr, u64, i32], returns: i32 },
    memfd_create: { args: [ptr, u32], returns: i32 },
    pipe2: { args: [ptr, i32], returns: i32 },
    poll: { args: [ptr, u64, i32], returns: i32 },
    read: { args: [i32, ptr, u64], returns: i64 },
    recv: { args: [i32, ptr, u64, i32], returns: i64 },
    sendmsg: { args: [i32, ptr, i32], returns: i64 },
    sendto: { args: [i32, ptr, u64, i32, ptr, u32], returns: i64 },
    setsockopt: { args: [i32, i32, i32, ptr, u32], returns: i32 },
    shutdown: { args: [i32, i32], returns: i32 },
    socket: { args: [i32, i32, i32], returns: i32 },
    statx: { args: [i32, ptr, i32, u32, ptr], returns: i32 },
    syscall: { args: [i64, i64, i64, i64], returns: i64 },
    timerfd_create: { args: [i32, i32], returns: i32 },
    timerfd_settime: { args: [i32, i32, ptr, ptr], returns: i32 },
  }).symbols;
}

/** Why the last call failed, as an errno name. To be asked at once: any other call may overwrite it. */
export function lastErrorCode(): string {
  const location = libc().__errno_location();
  return location === null ? "EIO" : errnoName(read.i32(location, 0));
}

/** A path as C wants it. A NUL inside would name another file, so it is refused. */
export function cString(path: string): Uint8Array {
  if (path.includes("\0")) throw new SystemError("could not use the path", path, "ERR_INVALID_ARG_VALUE");
  return encodeBytes(`${path}\0`);
}
