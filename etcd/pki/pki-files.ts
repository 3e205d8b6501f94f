import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { isRecord } from "../json.ts";
import { PkiError } from "./pki-error.ts";

/** Where a certificate and its key are. */
export interface PairPaths {
  readonly certificate: string;
  readonly key: string;
}

/** The files of a node's certificates, all below one directory such as `PREFIX/pki`. */
export interface PkiFiles {
  readonly directory: string;
  /** The root certificate, and its key, which only the first node has, until it is taken off-line. */
  readonly root: PairPaths;
  /** What signs the certificates of clients and of servers' client listeners; on nodes of role server. */
  readonly clientAuthority: PairPaths;
  /** What signs the certificates of peers; on nodes of role server. */
  readonly peerAuthority: PairPaths;
  /** By which this node is known to the cluster. */
  readonly host: PairPaths;
  /** Of the listener for clients. */
  readonly server: PairPaths;
  /** Of the listener for peers, and of this node as a peer. */
  readonly peer: PairPaths;
  /** Certificates of clients and of peers that are not to be trusted any more; on nodes of role server. */
  readonly clientRevocations: string;
  readonly peerRevocations: string;
  /** What a node has asked with to be let in, until it is. */
  readonly joining: string;
  /** By which name servers are known that somebody else looks after; see `Identity.serverName`. */
  readonly serverName: string;
}

/** Pairs of a node that are renewed. */
export const pairNames = ["host", "server", "peer"] as const;
export type PairName = (typeof pairNames)[number];

/** What can be in such a directory, by what this page calls it. */
const names = {
  root: "ca",
  clientAuthority: "client-ca",
  peerAuthority: "peer-ca",
  host: "host",
  server: "server",
  peer: "peer",
} as const;

export function pkiFilesOf(directory: string): PkiFiles {
  const root = resolve(directory);
  const pair = (name: string): PairPaths => ({
    certificate: join(root, `${name}.crt`),
    key: join(root, `${name}.key`),
  });
  return {
    directory: root,
    root: pair(names.root),
    clientAuthority: pair(names.clientAuthority),
    peerAuthority: pair(names.peerAuthority),
    host: pair(names.host),
    server: pair(names.server),
    peer: pair(names.peer),
    clientRevocations: join(root, "client.crl"),
    peerRevocations: join(root, "peer.crl"),
    joining: join(root, "joining.json"),
    serverName: join(root, serverNameFile),
  };
}

const serverNameFile = "server-name";

const known: ReadonlySet<string> = new Set([
  ...Object.values(names).flatMap((name) => [`${name}.crt`, `${name}.key`]),
  serverNameFile,
]);

/** Holds what is to be in several files together, until it is. */
const journalName = "pending.json";
const lockName = "lock";

/**
 * Writes files into the directory, making it if need be, so that all of them are written or none: what a crash
 * interrupts is completed by whoever reads or writes there next.
 * @param contents texts, by the names of files
 * @throws PkiError
 */
export function writePkiFiles(
  directory: string,
  contents: Readonly<Record<string, string>>,
  files: HostFiles,
): void {
  try {
    // Only the directory itself is for its owner alone.
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    withLock(directory, files, () => {
      replay(directory, files);
      const journal = JSON.stringify({ format: journalFormat, files: contents });
      files.replaceFile(join(directory, journalName), Buffer.from(journal), { mode: keyMode });
      replay(directory, files);
    });
  } catch (cause) {
    if (cause instanceof PkiError) throw cause;
    throw new PkiError("unreadable", `cannot write the certificates in ${directory}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Completes what {@link writePkiFiles} has begun. @throws PkiError */
export function completeWriting(directory: string, files: HostFiles): void {
  if (readText(join(directory, journalName)) === undefined) return;
  withLock(directory, files, () => replay(directory, files));
}

/** @returns undefined if there is no such file @throws PkiError if it cannot be read */
export function readOptional(path: string, directory: string, files: HostFiles): string | undefined {
  completeWriting(directory, files);
  return readText(path);
}

/**
 * Has only the owner be able to read a key.
 * @returns what was wrong, if anything was
 */
export function closeKey(path: string): string | undefined {
  const open = (at: string): boolean => {
    try {
      return (lstatSync(at).mode & 0o077) !== 0;
    } catch {
      return false;
    }
  };
  if (!open(path)) return undefined;
  try {
    chmodSync(path, keyMode);
  } catch (error) {
    return `others can read the key ${path}, and it could not be closed to them: ${messageOf(error)}`;
  }
  return `others could read the key ${path}; it is closed to them now, but somebody may have a copy: have its certificate renewed`;
}

const keyMode = 0o600;
const certificateMode = 0o644;
const journalFormat = 1;

function replay(directory: string, files: HostFiles): void {
  const journal = join(directory, journalName);
  const text = readText(journal);
  if (text === undefined) return;
  for (const [name, content] of Object.entries(contentsIn(text, journal)))
    files.replaceFile(join(directory, name), Buffer.from(content), {
      mode: name.endsWith(".key") ? keyMode : certificateMode,
    });
  rmSync(journal, { force: true });
}

function contentsIn(text: string, path: string): Readonly<Record<string, string>> {
  const damaged = (cause?: unknown): PkiError =>
    new PkiError("damaged", `cannot understand ${path}; remove it, and have this node join again`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(cause);
  }
  if (!isRecord(content) || content.format !== journalFormat || !isRecord(content.files)) throw damaged();
  const contents: Record<string, string> = {};
  for (const [name, each] of Object.entries(content.files)) {
    if (!known.has(basename(name)) || name !== basename(name) || typeof each !== "string") throw damaged();
    contents[name] = each;
  }
  return contents;
}

/** In ms. Whoever has the lock writes a few small files. */
const lockPoll = 10;
const lockPatience = 5000;

function withLock(directory: string, files: HostFiles, work: () => void): void {
  const path = join(directory, lockName);
  const end = performance.now() + lockPatience;
  let unlock = files.tryLock(path);
  for (; unlock === undefined; unlock = files.tryLock(path)) {
    if (performance.now() > end)
      throw new PkiError("unreadable", `another process holds ${path}; end it, and try again`);
    Bun.sleepSync(lockPoll);
  }
  try {
    work();
  } finally {
    unlock();
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (isRecord(cause) && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return undefined;
    throw new PkiError("unreadable", `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
