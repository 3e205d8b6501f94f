/** The machine as programs see it: what stands behind `lang/host.ts` when an agent runs. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { type Close, type Host, HostError } from "../../lang/host.ts";
import { accounts } from "../os/accounts.ts";
import { explainError, SystemError, systemError } from "../os/errors.ts";
import { followHostName } from "../os/host-name.ts";
import type { Log } from "../os/log.ts";
import { nativePath } from "../os/paths.ts";
import { shellCommand, startProcess } from "../os/process.ts";
import { SecondClock } from "../os/second-clock.ts";
import { localTimeZone, type TimeZone } from "../os/time-zone.ts";
import { watchPath } from "../os/watch-path.ts";
import type { World } from "../world/world.ts";
import { asHostError, isMissing } from "./host-error.ts";
import { hostLocal } from "./host-local.ts";
import { hostProgram } from "./host-program.ts";
import { hostExports, hostStores } from "./host-stores.ts";
import { standardPrefix } from "./prefix.ts";
import { within } from "./within.ts";

export interface HostOptions {
  /** The name of this node. */
  readonly hostname: string;
  readonly log: Log;
  /** Ends everything that goes on. */
  readonly signal: AbortSignal;
  /** The directory of the program, absolute; the working directory of this process if unset. */
  readonly directory?: string;
  /** The working directory of the agent, absolute; the one that an agent has which is told no other if unset. */
  readonly prefix?: string;
  /** What is kept in the prefix, and what hosts share. Without it there is nothing of that, and nothing is written. */
  readonly world?: World;
  /** The address of the system bus, if it is not where it usually is. */
  readonly busAddress?: string;
}

/** The host of one running program. */
export function createHost(options: HostOptions): Host {
  const { hostname, log, signal, world, busAddress } = options;
  const { directory = process.cwd(), prefix = standardPrefix(process.env) } = options;
  const files = { read: readFile, exists };
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
      elapsed: () => performance.now(),
      after: (milliseconds, onTime) => startTimer(milliseconds, onTime, signal),
    },
    files: {
      ...files,
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
    system: {
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
      executable: () =>
        asHostError(() => decodeBytes(realpathSync(process.execPath, { encoding: "buffer" }))),
    },
    program: hostProgram(files, directory, prefix, world !== undefined),
    local: hostLocal(prefix, world),
    stores: hostStores(world, files, signal),
    exports: hostExports(world, hostname, signal),
    log: (origin, line) => log("info", origin, line),
  };
}

function startTimer(milliseconds: number, onTime: () => void, signal: AbortSignal): Close {
  const close = within(signal, (ends) => {
    const timer = setTimeout(() => {
      close();
      onTime();
    }, milliseconds);
    ends.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
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
    throw new HostError(systemError("could not look at", path, error).message);
  }
}
