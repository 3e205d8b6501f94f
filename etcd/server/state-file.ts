/** What a node remembers of its cluster over restarts: `state.json`. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { isRecord } from "../json.ts";
import { ServerError } from "./server-error.ts";

/** Everything may be unknown yet. Ids are decimal, as etcd prints them in JSON. */
export interface State {
  readonly clusterId?: string | undefined;
  readonly memberId?: string | undefined;
  /** The `--initial-cluster-token`. */
  readonly token?: string | undefined;
  readonly mode?: Mode | undefined;
  /** Where the cluster was last reached. */
  readonly endpoints?: readonly string[] | undefined;
  /** The newest etcd that has worked on the data, `MAJOR.MINOR.PATCH`. */
  readonly etcdVersion?: string | undefined;
  /** The name of the node. */
  readonly name?: string | undefined;
  /** Whether the cluster does without certificates. */
  readonly insecure?: boolean | undefined;
  /** Where the node is reached. */
  readonly addresses?: Addresses | undefined;
}

/** Of one kind of listener. */
export interface Listening {
  /** URLs to listen on; the hosts in them are addresses of this machine. */
  readonly listen: readonly string[];
  /** URLs that others are told. */
  readonly advertise: readonly string[];
}

/** Where a node is reached: by clients, by other members, and by those who want to join. */
export interface Addresses {
  readonly clients: Listening;
  readonly peers: Listening;
  readonly join: Listening;
}

const modes = ["member", "client"] as const;
export type Mode = (typeof modes)[number];

/** The layout of the file; one that is newer is refused. */
const formatVersion = 1;

/** @returns nothing known if there is no file @throws ServerError if it cannot be read or understood */
export function readState(path: string): State {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isRecord(error) && error.code === "ENOENT") return {};
    throw damaged(path, error instanceof Error ? error.message : String(error));
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw damaged(path, text.trim() === "" ? "it is empty" : "it is not JSON");
  }
  return parse(path, content);
}

/** Changes what is said, and leaves the rest. @throws ServerError, or the error of writing */
export function updateState(path: string, change: State, files: HostFiles): void {
  const before = readState(path);
  const after: State = { ...before, ...change };
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const text = JSON.stringify({ format: formatVersion, ...after }, undefined, 2);
  files.replaceFile(path, Buffer.from(`${text}\n`), { mode: 0o600 });
}

function parse(path: string, content: unknown): State {
  if (!isRecord(content)) throw damaged(path, "it holds no object");
  if (content.format !== formatVersion)
    throw damaged(path, `its format is ${JSON.stringify(content.format)}, known here is ${formatVersion}`);
  const text = (name: string): string | undefined => {
    const value = content[name];
    if (value === undefined || typeof value === "string") return value;
    throw damaged(path, `${name} is no text`);
  };
  const mode = modes.find((each) => each === content.mode);
  if (content.mode !== undefined && mode === undefined)
    throw damaged(path, `mode is none of ${modes.join(", ")}`);
  const { endpoints, insecure } = content;
  if (endpoints !== undefined && !isTextList(endpoints)) throw damaged(path, "endpoints is no list of texts");
  if (insecure !== undefined && typeof insecure !== "boolean") throw damaged(path, "insecure is no boolean");
  const addresses = toAddresses(content.addresses);
  if (content.addresses !== undefined && addresses === undefined)
    throw damaged(path, "addresses is not what it should be");
  return {
    clusterId: text("clusterId"),
    memberId: text("memberId"),
    token: text("token"),
    mode,
    endpoints,
    etcdVersion: text("etcdVersion"),
    name: text("name"),
    insecure,
    addresses,
  };
}

/** @returns undefined for what is none */
function toAddresses(value: unknown): Addresses | undefined {
  if (!isRecord(value)) return undefined;
  const [clients, peers, join] = [value.clients, value.peers, value.join].map(toListening);
  return clients && peers && join && { clients, peers, join };
}

function toListening(value: unknown): Listening | undefined {
  if (!isRecord(value) || !isTextList(value.listen) || !isTextList(value.advertise)) return undefined;
  return { listen: value.listen, advertise: value.advertise };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** Guessing could make a second cluster beside the first, or start a server on data that it cannot read. */
function damaged(path: string, what: string): ServerError {
  return new ServerError(
    "damaged-state",
    `cannot understand ${path}: ${what}; put back a copy of it, or remove it if this node is to find its cluster anew`,
  );
}
