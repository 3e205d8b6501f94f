/**
 * Where in etcd things are (cluster specification, 10.8). The permissions of etcd are for ranges of keys, so wherever a
 * host writes, its name comes before everything else that varies.
 */
import type { KeyRange } from "../../etcd/client/key-range.ts";
import type { ExportKey } from "./export-store.ts";

/** Below one root, which people find in the store of etcd as it is here. */
export class EtcdKeys {
  /** What hosts have below a namespace, all together. */
  readonly hostStrings: string;
  readonly exports: string;
  /** Registrations, loads, results and candidates. */
  readonly scheduler: string;
  readonly candidates: string;
  readonly deploys: string;
  readonly convergences: string;
  /** What agents tell of themselves. */
  readonly statuses: string;
  /** What the cluster is called. */
  readonly clusterInfo: string;
  readonly strings: string;
  /** Trees of files, and what the files hold. */
  readonly trees: string;
  readonly contents: string;
  /** Trees that somebody is about to deploy. */
  readonly heldTrees: string;
  /** Written whenever a tree comes to be held. */
  readonly lastHeldTree: string;

  constructor(readonly root = "/_mgmt") {
    this.hostStrings = `${root}/smap/`;
    this.exports = `${root}/x/`;
    this.scheduler = `${root}/scheduler/`;
    this.candidates = `${this.scheduler}election/`;
    this.deploys = `${root}/deploy/`;
    this.convergences = `${root}/converged/`;
    this.statuses = `${root}/status/`;
    this.clusterInfo = `${root}/cluster/info`;
    this.strings = `${root}/strings/`;
    this.trees = `${root}/fs/`;
    this.contents = `${root}/storage/`;
    this.heldTrees = `${root}/fs/held/`;
    this.lastHeldTree = `${root}/fs/last-held`;
  }

  string(key: string): string {
    return `${this.strings}${escapePath(key)}`;
  }

  hostString(namespace: string, host: string): string {
    return `${this.hostStringsOf(host)}${escapePart(namespace)}`;
  }

  /** What one host has below all namespaces. */
  hostStringsOf(host: string): string {
    return `${this.hostStrings}${escapePart(host)}/`;
  }

  /** @returns undefined for a key that {@link hostString} did not make */
  readHostString(key: string): { readonly namespace: string; readonly host: string } | undefined {
    const [host, namespace, ...rest] = partsBelow(this.hostStrings, key);
    return host === undefined || namespace === undefined || rest.length > 0 ? undefined : { namespace, host };
  }

  exportsOf(host: string): string {
    return `${this.exports}${escapePart(host)}/`;
  }

  /** @returns undefined for a key that {@link export} did not make */
  readExport(key: string): ExportKey | undefined {
    const [from, to, kind, ...name] = partsBelow(this.exports, key);
    if (from === undefined || to === undefined || kind === undefined || name.length === 0) return undefined;
    const read = { kind, name: name.join("/"), from, to };
    return this.export(read) === key ? read : undefined;
  }

  /** Who has joined under a name, and with which certificate. */
  host(name: string): string {
    return `${this.root}/host/${escapePart(name)}`;
  }

  export({ kind, name, from, to }: ExportKey): string {
    return `${this.exportsOf(from)}${escapePart(to)}/${escapePart(kind)}/${escapePath(name)}`;
  }

  registration(namespace: string, host: string): string {
    return `${this.registrationsOf(host)}${escapePart(namespace)}`;
  }

  registrationsOf(host: string): string {
    return `${this.scheduler}hostname/${escapePart(host)}/`;
  }

  /** How busy a host is. */
  load(host: string): string {
    return `${this.loadsOf(host)}load`;
  }

  loadsOf(host: string): string {
    return `${this.scheduler}data/${escapePart(host)}/`;
  }

  schedule(namespace: string): string {
    return `${this.schedules}${escapePart(namespace)}`;
  }

  /** Who was chosen. */
  get schedules(): string {
    return `${this.scheduler}schedule/`;
  }

  /** Whether a host has converged. */
  convergence(host: string): string {
    return `${this.convergences}${escapePart(host)}`;
  }

  /** @returns undefined for a key that {@link convergence} did not make */
  readConvergence(key: string): string | undefined {
    const [host, ...rest] = partsBelow(this.convergences, key);
    return rest.length > 0 ? undefined : host;
  }

  /** What the agent of a host tells of itself. */
  status(host: string): string {
    return `${this.statuses}${escapePart(host)}`;
  }

  /** @returns undefined for a key that {@link status} did not make */
  readStatus(key: string): string | undefined {
    const [host, ...rest] = partsBelow(this.statuses, key);
    return rest.length > 0 ? undefined : host;
  }

  /** All that is there because of one host: what it exports, its texts and registrations, and what it tells of itself. */
  allOf(host: string): readonly KeyRange[] {
    return [
      ...[this.exportsOf(host), this.hostStringsOf(host), this.registrationsOf(host), this.loadsOf(host)],
      `${this.status(host)}/`,
    ]
      .map((prefix): KeyRange => ({ prefix }))
      .concat([this.status(host), this.convergence(host)].map((key) => ({ key })));
  }

  deploy(id: number): { readonly payload: string; readonly hash: string } {
    const key = `${this.deploys}${id}`;
    return { payload: `${key}/payload`, hash: `${key}/hash` };
  }

  /** Of the listing of a tree of files, by its SHA-256. */
  tree(hash: string): string {
    return `${this.trees}deploy/${hash}`;
  }

  heldTree(hash: string): string {
    return `${this.heldTrees}${hash}`;
  }

  /** Of what a file holds, by its SHA-256. */
  content(hash: string): string {
    return `${this.contents}{sha256}${hash}`;
  }

  /** @returns the SHA-256 that a key below {@link trees}, {@link contents} or {@link heldTrees} is about */
  readHash(key: string): string | undefined {
    return /\/(?:\{sha256\})?([\da-f]{64})(?:\/|$)/.exec(key)?.[1];
  }

  /** @returns undefined for a key below {@link scheduler} that is none of these */
  readScheduler(key: string): SchedulerKey | undefined {
    const [what, first, second, ...rest] = partsBelow(this.scheduler, key);
    if (first === undefined || rest.length > 0) return undefined;
    if (what === "schedule" && second === undefined) return { what, namespace: first };
    if (what === "data" && second === "load") return { what: "load", host: first };
    if (what === "hostname" && second !== undefined)
      return { what: "registration", host: first, namespace: second };
    return undefined;
  }
}

export type SchedulerKey =
  | { readonly what: "registration"; readonly namespace: string; readonly host: string }
  | { readonly what: "load"; readonly host: string }
  | { readonly what: "schedule"; readonly namespace: string };

function partsBelow(prefix: string, key: string): readonly string[] {
  return key.startsWith(prefix) ? key.slice(prefix.length).split("/").map(unescapePart) : [];
}

/** Bytes that are no text, and what would break the lines that people read, become `%` and two digits. */
function escapePath(text: string): string {
  return text.replace(/[%\0-\x1f\x7f\udc80-\udcff]/gu, hex).toWellFormed();
}

/** The same, without a slash in it. */
function escapePart(text: string): string {
  return escapePath(text).replaceAll("/", hex);
}

function hex(character: string): string {
  const byte = character.charCodeAt(0) & 0xff;
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function unescapePart(text: string): string {
  return text.replace(/%([\dA-F]{2})/g, (_, digits: string) => {
    const byte = Number.parseInt(digits, 16);
    return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  });
}
