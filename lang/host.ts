/**
 * The outside world as core functions see it. The language never touches the machine itself: whoever runs a
 * program hands in a `Host`, so that the same compiler serves the running agent, `check`, `graph`, the language
 * server and the tests. Text that comes from outside is `str` as `bytes.ts` has it.
 *
 * Everything that goes on returns a {@link Close}, which ends it and may be called more than once.
 */
import type { MetaSettings } from "./meta.ts";
import type { Value } from "./value.ts";

export type Close = () => void;

export interface Host {
  /** The name of this node, fixed for the life of a program: `$hostname`. */
  readonly hostname: string;
  /** The command line of the agent, its program first. */
  readonly commandLine: readonly string[];
  readonly clock: HostClock;
  readonly files: HostFiles;
  readonly accounts: HostAccounts;
  readonly processes: HostProcesses;
  readonly agent: HostAgent;
  /** The environment of the agent, read once. */
  readonly environment: ReadonlyMap<string, string>;
  readonly system: HostSystem;
  readonly exports: HostExports;
  /** A line for the log, from the function named `origin`. */
  log(origin: string, line: string): void;
}

export interface HostClock {
  /** Whole seconds since 1970. */
  now(): bigint;
  /** Calls back at every full second; all callers share one timer. */
  everySecond(onTick: () => void): Close;
  /** The local time zone at a moment, in seconds since 1970. */
  zone(at: bigint): LocalZone;
}

/** What a time zone says at one moment. */
export interface LocalZone {
  /** Seconds east of UTC. */
  readonly offset: number;
  /** Such as `CEST`; empty if there is none. */
  readonly abbreviation: string;
}

export interface HostFiles {
  /** The whole file. @throws {@link HostError} */
  read(path: string): string;
  /** Whether there is anything at `path`; follows symbolic links. @throws {@link HostError} if that cannot be known */
  exists(path: string): boolean;
  /** What a symbolic link points to; undefined if `path` is none. @throws {@link HostError} if there is nothing */
  readLink(path: string): string | undefined;
  /** @throws {@link HostError} if `path` is no file that the agent may execute */
  checkExecutable(path: string): void;
  /** Makes a directory for the agent alone; false if there is something at `path`. @throws {@link HostError} */
  makeDirectory(path: string): boolean;
  /** Calls back at every possible change of what is at `path`, which need not exist. @throws {@link HostError} */
  watch(path: string, onChange: () => void): Close;
}

export interface HostAccounts {
  user(name: string): { readonly uid: number; readonly home: string } | undefined;
  /** Replaces a leading `~/` or `~name/` by that home directory. @throws {@link HostError} for an unknown user */
  expandHome(path: string): string;
}

export interface HostProcesses {
  /**
   * Runs `sh -c command` and hands over each line of its standard output, without the newline, in order.
   * Standard error goes to the log. Closing ends the whole process group.
   * @throws {@link HostError} if there is no shell to run
   */
  lines(command: string, onLine: (line: string) => void): Close;
}

/** The agent as a process. */
export interface HostAgent {
  readonly executable: string;
  readonly processId: number;
  readonly parentProcessId: number;
  readonly user: number;
  readonly effectiveUser: number;
  readonly group: number;
  readonly effectiveGroup: number;
  /** @throws {@link HostError} if it is gone */
  workingDirectory(): string;
}

export interface HostSystem {
  /** As the kernel knows it at this moment. */
  kernelHostname(): string;
  /** Processors that the agent may use. */
  processors(): number;
  /** Of memory, in bytes. */
  pageSize(): number;
  /**
   * Follows the machine's host name (D-Bus hostname1, `/etc/hostname`), which is not {@link Host.hostname}.
   * Calls back once soon, then at each change; `onError` at most once, when it cannot be known.
   */
  followHostname(onName: (name: string) => void, onError: (error: HostError) => void): Close;
}

/** Resources that hosts export to this node, by `Meta:export`. */
export interface HostExports {
  /**
   * Follows those of one kind: calls back once soon, then at each change, with all of them, sorted by name and host.
   * `onError` is called when they cannot be known; a later change may bring them back.
   * @throws {@link HostError} for a kind that there is not
   */
  follow(
    kind: string,
    onRecords: (records: readonly ExportedResource[]) => void,
    onError: (error: HostError) => void,
  ): Close;
}

/** A resource as its exporter declared it. */
export interface ExportedResource {
  readonly name: string;
  /** The node that exports it. */
  readonly host: string;
  /** What was set, under mcl names. */
  readonly fields: ReadonlyMap<string, Value>;
  /** What was set, `export` left out. */
  readonly meta: MetaSettings;
}

/** An outside operation that failed. */
export class HostError extends Error {
  override readonly name = "HostError";

  constructor(
    message: string,
    /** What a function may want to tell apart. */
    readonly reason: "not-found" | "other" = "other",
  ) {
    super(message);
  }
}
