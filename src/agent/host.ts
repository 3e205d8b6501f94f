/** The machine as programs see it: what stands behind `lang/host.ts` when an agent runs. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { availableParallelism, hostname as kernelHostname } from "node:os";
import { decodeBytes } from "../../lang/bytes.ts";
import { type Close, type Host, HostError } from "../../lang/host.ts";
import { accounts } from "../os/accounts.ts";
import { errorCode, explainError, SystemError, systemError } from "../os/errors.ts";
import { followHostName } from "../os/host-name.ts";
import { libc } from "../os/libc.ts";
import type { Log } from "../os/log.ts";
import { nativePath } from "../os/paths.ts";
import { shellCommand, startProcess } from "../os/process.ts";
import { SecondClock } from "../os/second-clock.ts";
import { localTimeZone, type TimeZone } from "../os/time-zone.ts";
import { watchPath } from "../os/watch-path.ts";
import { loaders } from "../resources/index.ts";
import type { ExportStore } from "../world/export-store.ts";

export interface HostOptions {
  /** The name of this node. */
  readonly hostname: string;
  readonly log: Log;
  /** Ends everything that goes on. */
  readonly signal: AbortSignal;
  /** What hosts export; nothing if unset. */
  readonly exports?: ExportStore;
  /** The address of the system bus, if it is not where it usually is. */
  readonly busAddress?: string;
}

/** The host of one running program. */
export function createHost({ hostname, log, signal, exports, busAddress }: HostOptions): Host {
  const clock = new SecondClock();
  signal.addEventListener("abort", () => clock.stop(), { once: true });
  let timeZone: TimeZone | undefined;
  return {
    hostname,
    commandLine: [process.execPath, ...process.argv.slice(2)],
    environment: new Map(Object.entries(environment())),
    clock: {
      now: () => BigInt(Math.floor(Date.now() / 1000)),
      everySecond: (onTick) => (signal.aborted ? () => {} : clock.everySecond(onTick)),
      zone: (at) => {
        timeZone ??= localTimeZone();
        return timeZone.at(at);
      },
    },
    files: {
      read: readFile,
      exists,
      readLink,
      checkExecutable,
      makeDirectory,
      watch: (path, onChange) =>
        within(signal, (ends) => {
          const watch = asHostError(() => watchPath(path, { onChange, signal: ends }));
          watch.closed.catch((error: unknown) => log("error", "host", explainError(error)));
        }),
    },
    accounts: {
      user: (name) => asHostError(() => accounts.userByName(name)),
      expandHome: (path) => asHostError(() => accounts.expandHome(path)),
    },
    processes: {
      lines: (command, onLine) =>
        within(signal, (ends) => asHostError(() => runLines(command, onLine, log, ends))),
    },
    agent: {
      executable: process.execPath,
      processId: process.pid,
      parentProcessId: process.ppid,
      user: idFrom(process.getuid),
      effectiveUser: idFrom(process.geteuid),
      group: idFrom(process.getgid),
      effectiveGroup: idFrom(process.getegid),
      workingDirectory: () => asHostError(() => process.cwd()),
    },
    system: {
      kernelHostname,
      processors: availableParallelism,
      pageSize: () => libc().getpagesize(),
      followHostname: (onName, onError) =>
        within(signal, (ends) =>
          followHostName({
            onName,
            onError: (error) => onError(new HostError(error.message)),
            log,
            signal: ends,
            ...(busAddress === undefined ? {} : { busAddress }),
          }),
        ),
    },
    exports: {
      follow: (kind, onRecords, onError) =>
        within(signal, (ends) => {
          if (!Object.hasOwn(loaders, kind)) throw new HostError(`there is no resource kind \`${kind}\``);
          if (exports === undefined) return onRecords([]);
          const told = {
            onRecords,
            onError: (error: unknown) => onError(new HostError(explainError(error))),
          };
          exports.follow({ kind, to: hostname }, told, ends);
        }),
    },
    log: (origin, line) => log("info", origin, line),
  };
}

/** Starts something that ends with the host, or earlier, by what is returned. */
function within(signal: AbortSignal, start: (ends: AbortSignal) => void): Close {
  if (signal.aborted) return () => {};
  const controller = new AbortController();
  const close = () => {
    signal.removeEventListener("abort", close);
    controller.abort();
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    start(controller.signal);
  } catch (error) {
    close();
    throw error;
  }
  return close;
}

function environment(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function runLines(command: string, onLine: (line: string) => void, log: Log, ends: AbortSignal): void {
  const origin = "os.system";
  let isSilent = true;
  const running = startProcess(
    { argv: shellCommand("sh", command), env: environment() },
    {
      onLine: (stream, line) => {
        if (ends.aborted) return;
        if (stream === "stderr") return log("info", origin, line);
        isSilent = false;
        onLine(line);
      },
    },
  );
  ends.addEventListener("abort", () => running.kill(), { once: true });
  running.finished.then(
    ({ exitCode, signal }) => {
      if (ends.aborted || !isSilent) return;
      log("warn", origin, `ended without printing a line (${signal ?? `exit code ${exitCode}`}): ${command}`);
    },
    (error: unknown) => log("error", origin, explainError(error)),
  );
}

// O_NONBLOCK: opening a named pipe must not wait for its writer.
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

function readFile(path: string): string {
  return asHostError(() => {
    let file: number | undefined;
    try {
      file = openSync(nativePath(path), READ_FLAGS);
      const status = fstatSync(file);
      if (status.isDirectory()) throw new SystemError("could not read", path, "EISDIR");
      if (!status.isFile()) throw new SystemError("could not read", path, "EINVAL", "not a regular file");
      return decodeBytes(readFileSync(file));
    } catch (error) {
      throw systemError("could not read", path, error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  });
}

function exists(path: string): boolean {
  try {
    statSync(nativePath(path));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asFailed("could not look at", path, error);
  }
}

function readLink(path: string): string | undefined {
  try {
    return decodeBytes(readlinkSync(nativePath(path), "buffer"));
  } catch (error) {
    if (errorCode(error) === "EINVAL") return undefined;
    throw asFailed("could not read the link", path, error);
  }
}

function checkExecutable(path: string): void {
  try {
    if (statSync(nativePath(path)).isDirectory()) throw new SystemError("could not execute", path, "EISDIR");
    accessSync(nativePath(path), constants.X_OK);
  } catch (error) {
    throw asFailed("could not execute", path, error);
  }
}

function makeDirectory(path: string): boolean {
  try {
    mkdirSync(nativePath(path), { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw asFailed("could not make the directory", path, error);
  }
}

/** Of the agent's user or group; -1 on systems that have none. */
function idFrom(get: (() => number) | undefined): number {
  return get?.() ?? -1;
}

function asFailed(action: string, path: string, error: unknown): HostError {
  return new HostError(systemError(action, path, error).message, isMissing(error) ? "not-found" : "other");
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** What goes wrong outside, in the words of the language. */
function asHostError<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new HostError(explainError(error), isMissing(error) ? "not-found" : "other");
  }
}
