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
  readonly network: HostNetwork;
  readonly program: HostProgram;
  readonly local: HostLocal;
  readonly stores: HostStores;
  /** Resources that hosts export to this node by `Meta:export`: all of a kind, sorted by name and host. */
  readonly exports: HostStore<readonly ExportedResource[]>;
  /** What the `provisioner` command was told, by option; only there while it runs a program. */
  readonly provisioner?: ReadonlyMap<string, Value>;
  /** A line for the log, from the function named `origin`. */
  log(origin: string, line: string): void;
}

export interface HostClock {
  /** Whole seconds since 1970. */
  now(): bigint;
  /** Calls back at every full second, and when the clock is set; all callers share one timer. */
  everySecond(onTick: () => void): Close;
  /** Calls back once, when the clock shows `time` or later, in seconds since 1970. */
  at(time: bigint, onTime: () => void): Close;
  /** Calls back when the clock was set, or the local time zone changed. */
  onChange(onChange: () => void): Close;
  /** The local time zone at a moment, in seconds since 1970. */
  zone(at: bigint): LocalZone;
  /** Milliseconds since some moment; never goes back, whatever the clock is set to. */
  elapsed(): number;
  /** Calls back once, after so many milliseconds, at most 2147483647. */
  after(milliseconds: number, onTime: () => void): Close;
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
   * @param holdBack asked after each line: while what it returns has not resolved, the command has to wait
   * @throws {@link HostError} if there is no shell to run
   */
  lines(command: string, onLine: (line: string) => void, holdBack?: () => Promise<void> | undefined): Close;
  /**
   * Runs `sh -c command` to its end and hands over all it printed. Closing ends the whole process group.
   * @throws {@link HostError} if there is no shell to run
   */
  run(command: string, onEnd: (result: CommandResult) => void): Close;
  /** Whether there is a program of that name to run. */
  has(program: string): boolean;
}

/** What came of a command. */
export interface CommandResult {
  /** Undefined if a signal ended it. */
  readonly exitCode: number | undefined;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
}

/** The agent as a process. */
export interface HostAgent {
  /** The absolute path of the program that runs, links resolved. @throws {@link HostError} if it is gone */
  executable(): string;
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
  /**
   * Follows a subsystem of the kernel, such as `cpu` or `module`: calls back after each event of it, which says that
   * something came, went or changed. `onError` is called at most once, when there are no more events.
   * @throws {@link HostError} if the kernel does not tell of events
   */
  followKernel(subsystem: string, onEvent: () => void, onError: (error: HostError) => void): Close;
  /**
   * Follows whether a firmware update waits for the machine to be started again (D-Bus service fwupd). Calls back once
   * soon, then at each change; without a bus or a service, with false.
   */
  followRebootNeeded(onNeeded: (needed: boolean) => void): Close;
}

export interface HostNetwork {
  /**
   * Follows the network interfaces and their addresses: calls back at once, then at each change, with all interfaces, in
   * the order in which they came into being. `onError` is called when they cannot be known; a later change may bring
   * them back.
   * @throws {@link HostError} if the kernel does not tell of changes
   */
  follow(
    onInterfaces: (interfaces: readonly NetworkInterface[]) => void,
    onError: (error: HostError) => void,
  ): Close;
}

export interface NetworkInterface {
  readonly name: string;
  readonly isLoopback: boolean;
  /** Set up to be used, whether or not something is plugged in. */
  readonly isUp: boolean;
  /** The hardware address, in lower case with colons; empty if there is none. */
  readonly mac: string;
  /** With the lengths of their prefixes, such as `192.0.2.7/24`, in the order of the kernel. */
  readonly addresses: readonly string[];
}

/**
 * The files that came with the program, which are taken not to change while it runs. Paths are as those of modules
 * (`modules/module-files.ts`): relative to the program's own directory, without a leading `./`.
 */
export interface HostProgram {
  /** The whole file. @throws {@link HostError} */
  read(path: string): string;
  /** Whether there is a file or directory. @throws {@link HostError} if that cannot be known */
  exists(path: string): boolean;
  /**
   * Makes a directory of this node hold what that of the program holds, and nothing else.
   * @param path empty, or ending in `/`
   * @returns the absolute path of the copy, ending in `/`; where nothing may be written, that where it would be
   * @throws {@link HostError}
   */
  copyDirectory(path: string): string;
}

/** What this node keeps for programs in its working directory. */
export interface HostLocal {
  /**
   * The number of a name within a namespace, given out at its first use: one more than the highest, from 1. Where
   * nothing may be written they are only remembered.
   * @param namespace without `/`, like `uid`; neither is empty
   * @throws {@link HostError}
   */
  pool(namespace: string, uid: string): bigint;
  /**
   * Makes a directory that outlives the program.
   * @param path relative, clean, ending in `/`; empty for the one that all others are in
   * @returns its absolute path, ending in `/`; where nothing may be written, that which it would have
   * @throws {@link HostError}
   */
  directory(path: string): string;
}

/** Something that is kept under keys. */
export interface HostStore<T> {
  /**
   * Follows what is kept under a key: calls back once soon, then at each change. `onError` is called when it cannot be
   * known; a later change may bring it back.
   * @throws {@link HostError} for a key that there cannot be
   */
  follow(key: string, onValue: (value: T) => void, onError: (error: HostError) => void): Close;
}

/** What is kept by this node, or shared by all hosts, and read by its key. */
export interface HostStores {
  /** What a `value` resource of that name keeps on this node; undefined while there is nothing. */
  readonly values: HostStore<Value | undefined>;
  /** What an `http:client` resource of that name got last. */
  readonly responses: HostStore<HttpResponse>;
  /** A text that all hosts share; undefined if there is none. */
  readonly strings: HostStore<string | undefined>;
  /** The texts that hosts have in a namespace, by host. */
  readonly hostStrings: HostStore<ReadonlyMap<string, string>>;
  /** The hosts that are chosen in a namespace of the scheduler, sorted. */
  readonly schedules: HostStore<readonly string[]>;
}

/** What became of a request. */
export interface HttpResponse {
  /** Of HTTP; 0 if there was none yet, -1 if it failed before there was one. */
  readonly status: number;
  /** The body; empty if there is none. */
  readonly output: string;
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
