import { closeSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorCode, SystemError } from "./errors.ts";
import { lastErrorCode, libc } from "./libc.ts";

/** Numbers of system calls, the same on every architecture. */
const pidfdOpen = 434;
const pidfdGetfd = 438;

/** Of `shutdown`: nothing is received or sent any more. */
const both = 2;

/** Of a connection, as the kernel lists it. */
const established = "01";

/**
 * Cuts the connections that others have made to ports at which a process of this user listens. Each side finds the connection ended, as if
 * the other had ended it; who may connect again does.
 * @returns how many there were
 * @throws SystemError where that is not permitted, as in some containers, or not known, as before Linux 5.6
 */
export function cutConnections(pid: number, ports: readonly number[]): number {
  const sockets = connectionsAt(pid, new Set(ports));
  if (sockets.size === 0) return 0;
  const process = call(pidfdOpen, pid, 0, 0, pid);
  let count = 0;
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      if (!sockets.has(targetOf(pid, name))) continue;
      const socket = copyOf(process, Number(name), pid);
      if (socket === undefined) continue;
      libc().shutdown(socket, both);
      closeSync(socket);
      count++;
    }
  } finally {
    closeSync(process);
  }
  return count;
}

/** @returns what the kernel calls their sockets */
function connectionsAt(pid: number, ports: ReadonlySet<number>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const table of ["tcp", "tcp6"]) {
    let lines: readonly string[];
    try {
      lines = readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n").slice(1);
    } catch (error) {
      // A machine without IPv6, or the process is gone.
      if (errorCode(error) === "ENOENT" || errorCode(error) === "ESRCH") continue;
      throw error;
    }
    for (const line of lines) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16);
      if (state === established && ports.has(port)) found.add(`socket:[${inode}]`);
    }
  }
  return found;
}

function targetOf(pid: number, file: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${file}`);
  } catch {
    // It has been closed meanwhile.
    return "";
  }
}

/** @returns undefined if it has been closed meanwhile */
function copyOf(process: number, file: number, pid: number): number | undefined {
  try {
    return call(pidfdGetfd, process, file, 0, pid);
  } catch (error) {
    if (error instanceof SystemError && error.code === "EBADF") return undefined;
    throw error;
  }
}

function call(number: number, first: number, second: number, third: number, pid: number): number {
  const result = Number(libc().syscall(number, first, second, third));
  if (result < 0)
    throw new SystemError("could not cut the connections of process", String(pid), lastErrorCode());
  return result;
}
