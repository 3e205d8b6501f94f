import { processorVariables } from "../processor-variables.ts";
import { type LogLine, LogReader } from "./log-reader.ts";

/** How a server ended. */
export interface Exit {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** What it said at last, oldest first. */
  readonly lastWords: readonly LogLine[];
}

/** Lines that are kept to explain an end. */
const lastWordsKept = 20;
/** Longest line that is taken in; panics print long ones. */
const longestLine = 64 * 1024;

/** One process of etcd, in a session of its own: a terminal's ^C is not meant for it. */
export class Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  readonly #lastWords: LogLine[] = [];
  #hasExited = false;

  /**
   * @param onLine is told what it logs
   * @throws Error if the program cannot be run
   */
  constructor(program: string, args: readonly string[], directory: string, onLine: (line: LogLine) => void) {
    this.#process = Bun.spawn([...endingWithUs(), program, ...args], {
      cwd: directory,
      env: environment(),
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    this.pid = this.#process.pid;
    this.exited = this.#finish(onLine);
  }

  /** Asks it to end, and after `graceMs` ends it. Resolves when it has ended. */
  async stop(graceMs: number): Promise<Exit> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #signal(name: NodeJS.Signals): void {
    if (!this.#hasExited) this.#process.kill(name);
  }

  async #finish(onLine: (line: LogLine) => void): Promise<Exit> {
    const reading = this.#readLines(onLine);
    await this.#process.exited;
    this.#hasExited = true;
    await reading;
    return {
      code: this.#process.exitCode ?? undefined,
      signal: this.#process.signalCode?.toString(),
      lastWords: this.#lastWords,
    };
  }

  async #readLines(onLine: (line: LogLine) => void): Promise<void> {
    const decoder = new TextDecoder();
    const reader = new LogReader();
    let rest = "";
    const take = (text: string): void => {
      const line = reader.read(text.slice(0, longestLine));
      if (line === undefined) return;
      this.#lastWords.push(line);
      if (this.#lastWords.length > lastWordsKept) this.#lastWords.shift();
      onLine(line);
    };
    for await (const bytes of this.#process.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = (lines.pop() ?? "").slice(0, longestLine);
      for (const line of lines) take(line);
    }
    take(rest);
  }
}

/** Nothing of ours: etcd takes every option from variables, too, and would take those of whoever started us. */
function environment(): Readonly<Record<string, string>> {
  return { PATH: process.env.PATH ?? "", ...processorVariables() };
}

/**
 * Has the kernel send SIGTERM to the server when we die, however we die. Where setpriv(1) is missing, the server stays,
 * and the next supervisor ends it (`orphan.ts`).
 */
function endingWithUs(): readonly string[] {
  setpriv ??= findSetpriv();
  return setpriv;
}

let setpriv: readonly string[] | undefined;

function findSetpriv(): readonly string[] {
  const path = Bun.which("setpriv", { PATH: process.env.PATH ?? "" });
  if (path === null) return [];
  const wrapper = [path, "--pdeathsig", "TERM", "--"];
  // BusyBox has a setpriv without it.
  return Bun.spawnSync([...wrapper, path, "--version"], { stdin: "ignore" }).success ? wrapper : [];
}

/** Why a server ended, in a line. */
export function explainExit({ code, signal, lastWords }: Exit): string {
  const how = signal !== undefined ? `was ended by ${signal}` : `ended with status ${code}`;
  const why = lastWords.findLast(({ level }) => level === "error") ?? lastWords.at(-1);
  return why === undefined ? `etcd ${how}` : `etcd ${how}: ${why.message}${cureOf(why.message)}`;
}

/** What can be done about it, where that is known. */
function cureOf(message: string): string {
  const [, address, reason] =
    /listen tcp (\S+): bind: (address already in use|cannot assign requested address)/.exec(message) ?? [];
  if (reason === undefined) return "";
  return reason === "address already in use"
    ? `; another program listens at ${address}: end it, or choose another port with --client-urls or --server-urls`
    : `; ${address} is no address of this machine: choose one that is with --client-urls or --server-urls`;
}
