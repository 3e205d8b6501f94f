/** The machine as programs see it: what stands behind `lang/host.ts` when an agent runs. */
import { realpathSync } from "node:fs";
import { availableParallelism, hostname as kernelHostname } from "node:os";
import { decodeBytes } from "../../lang/bytes.ts";
import { type Close, type CommandResult, type Host, HostError } from "../../lang/host.ts";
import { accounts } from "../os/accounts.ts";
import { explainError } from "../os/errors.ts";
import { findProgram } from "../os/find-program.ts";
import { followRebootNeeded } from "../os/firmware-updates.ts";
import { followHostName } from "../os/host-name.ts";
import { libc } from "../os/libc.ts";
import { LocalTimeZone } from "../os/local-zone.ts";
import type { Log } from "../os/log.ts";
import { followInterfaces } from "../os/network.ts";
import { shellCommand, startProcess } from "../os/process.ts";
import { followUevents } from "../os/uevents.ts";
import { WallClock } from "../os/wall-clock.ts";
import { watchPath } from "../os/watch-path.ts";
import type { World } from "../world/world.ts";
import { asHostError } from "./host-error.ts";
import { hostFiles } from "./host-files.ts";
import { hostLocal } from "./host-local.ts";
import { hostProgram, type ProgramPlace } from "./host-program.ts";
import { hostExports, hostStores } from "./host-stores.ts";
import { standardPrefix } from "./prefix.ts";
import type { SharedMemory } from "./shared-memory.ts";
import { within } from "./within.ts";

export interface HostOptions {
  /** The name of this node. */
  readonly hostname: string;
  readonly log: Log;
  /** Ends everything that goes on. */
  readonly signal: AbortSignal;
  /** Where the files of the program are; in the working directory of this process if unset. */
  readonly place?: ProgramPlace;
  /** The working directory of the agent, absolute; the one that an agent has which is told no other if unset. */
  readonly prefix?: string;
  /** What is kept in the prefix, and what hosts share. Without it there is nothing of that, and nothing is written. */
  readonly world?: World;
  /** Where hosts share something that may be out of reach. */
  readonly memory?: SharedMemory;
  /** The address of the system bus, if it is not where it usually is. */
  readonly busAddress?: string;
}

/** The host of one running program. */
export function createHost(options: HostOptions): Host {
  const { hostname, log, signal, world, memory, busAddress } = options;
  const { place = { directory: process.cwd() }, prefix = standardPrefix(process.env) } = options;
  const clock = new WallClock();
  signal.addEventListener("abort", () => clock.stop(), { once: true });
  const timeZone = new LocalTimeZone(signal);
  return {
    hostname,
    commandLine: [process.execPath, ...process.argv.slice(2)],
    environment: new Map(Object.entries(environment())),
    clock: {
      now: () => BigInt(Math.floor(Date.now() / 1000)),
      everySecond: (onTick) => (signal.aborted ? () => {} : clock.everySecond(onTick)),
      at: (time, onTime) => (signal.aborted ? () => {} : clock.at(Number(time) * 1000, onTime)),
      onChange: (onChange) => {
        if (signal.aborted) return () => {};
        const closers = asHostError(() => [timeZone.onChange(onChange), clock.onSet(onChange)]);
        return () => {
          for (const close of closers) close();
        };
      },
      zone: (at) => asHostError(() => timeZone.at(at)),
      elapsed: () => performance.now(),
      after: (milliseconds, onTime) => startTimer(milliseconds, onTime, signal),
    },
    files: {
      ...hostFiles,
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
      lines: (command, onLine, holdBack = () => undefined) =>
        within(signal, (ends) => asHostError(() => runLines(command, { onLine, holdBack }, log, ends))),
      run: (command, onEnd) =>
        within(signal, (ends) => asHostError(() => runToEnd(command, onEnd, log, ends))),
      has: hasProgram,
    },
    agent: {
      executable: () =>
        asHostError(() => decodeBytes(realpathSync(process.execPath, { encoding: "buffer" }))),
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
          asHostError(() =>
            followHostName({
              onValue: onName,
              onError: (error) => onError(new HostError(error.message)),
              log,
              signal: ends,
              busAddress,
            }),
          ),
        ),
      followKernel: (subsystem, onEvent, onError) =>
        within(signal, (ends) =>
          asHostError(() =>
            followUevents({
              subsystem,
              onEvent,
              onBroken: (error) => onError(new HostError(error.message)),
              signal: ends,
            }),
          ),
        ),
      followRebootNeeded: (onNeeded) =>
        within(signal, (ends) =>
          followRebootNeeded({
            onValue: onNeeded,
            onError: (error) => {
              log("info", "fwupd.reboot_needed", `no firmware updates are known: ${error.message}`);
              onNeeded(false);
            },
            log,
            signal: ends,
            busAddress,
          }),
        ),
    },
    network: {
      follow: (onInterfaces, onError) =>
        within(signal, (ends) =>
          asHostError(() =>
            followInterfaces({
              onInterfaces,
              onError: (error) => onError(new HostError(error.message)),
              signal: ends,
            }),
          ),
        ),
    },
    program: hostProgram(hostFiles, place, prefix, world !== undefined),
    local: hostLocal(prefix, world),
    stores: hostStores({ world, memory, log, signal }, hostFiles),
    exports: hostExports({ world, memory, log, signal }, hostname),
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

interface LineReader {
  onLine(line: string): void;
  holdBack(): Promise<void> | undefined;
}

function runLines(command: string, reader: LineReader, log: Log, ends: AbortSignal): void {
  const origin = "os.system";
  let isSilent = true;
  const running = startProcess(
    { argv: shellCommand("sh", command), env: environment() },
    {
      onLine: (stream, line) => {
        if (ends.aborted) return;
        if (stream === "stderr") return log("info", origin, line);
        isSilent = false;
        reader.onLine(line);
      },
      follow: { holdBack: () => (ends.aborted ? undefined : reader.holdBack()) },
    },
  );
  ends.addEventListener("abort", () => running.kill(), { once: true });
  running.finished.then(
    ({ exitCode, signal }) => {
      if (ends.aborted || !isSilent) return;
      log("warn", origin, `ended without printing a line (${signal ?? `exit code ${exitCode}`}): ${command}`);
    },
    (error: unknown) => log("error", origin, `ended, because of ${explainError(error)}: ${command}`),
  );
}

function runToEnd(
  command: string,
  onEnd: (result: CommandResult) => void,
  log: Log,
  ends: AbortSignal,
): void {
  const running = startProcess({ argv: shellCommand("sh", command), env: environment() });
  ends.addEventListener("abort", () => running.kill(), { once: true });
  running.finished.then(
    ({ exitCode, output }) => {
      if (!ends.aborted) onEnd({ exitCode, output });
    },
    (error: unknown) => log("error", "host", explainError(error)),
  );
}

function hasProgram(name: string): boolean {
  try {
    findProgram(name);
    return true;
  } catch {
    return false;
  }
}

/** Of the agent's user or group; -1 on systems that have none. */
function idFrom(get: (() => number) | undefined): number {
  return get?.() ?? -1;
}
