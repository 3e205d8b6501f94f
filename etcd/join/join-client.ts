import { existsSync } from "node:fs";
import type { HostFiles } from "../host-files.ts";
import { Authority } from "../pki/authority.ts";
import { Identity } from "../pki/identity.ts";
import { type JoinToken, pinOf } from "../pki/join-token.ts";
import { isUsableKey, makeKey, makeRequest } from "../pki/keys.ts";
import { requireNodeName } from "../pki/names.ts";
import { closeKey, type PairName, pkiFilesOf, readOptional, writePkiFiles } from "../pki/pki-files.ts";
import type { Role } from "../pki/role.ts";
import { askAll, explainReceived, fetchRoot, post } from "./asking.ts";
import type { JoinEvent } from "./events.ts";
import { JoinError, type JoinErrorCode } from "./join-error.ts";
import { type Keys, type Pending, readPending, removePending, writePending } from "./pending.ts";
import { joinUrlsOf } from "./ports.ts";
import { decodeJoinAnswer, encodeJoinRequest, type JoinAnswer, paths } from "./protocol.ts";

export interface JoinOptions {
  readonly token: JoinToken;
  /** URLs of servers of the cluster, for clients or for joining; where the token's URLs are not reached, they are. */
  readonly seeds?: readonly string[];
  /** What the node is to be called. */
  readonly name: string;
  /** That of the token if not given. */
  readonly role?: Role | undefined;
  /** Take the name over from a node that has joined under it. */
  readonly replace?: boolean;
  /** Such as `PREFIX/pki`; see `pki-files.ts`. */
  readonly pkiDirectory: string;
  readonly files: HostFiles;
  /** For a server: names and IP addresses that it is reached by, and that it connects to others from. */
  readonly addresses?: readonly string[];
  /** How long to try, in ms; 60000 if not given. */
  readonly timeout?: number;
  readonly onEvent?: ((event: JoinEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** What a node has that is in. */
export interface Joined {
  readonly name: string;
  readonly role: Role;
  /** UUID of the cluster, which is also what its first members were started with. */
  readonly cluster: string;
  /** Where clients reach the members. */
  readonly endpoints: readonly string[];
  readonly identity: Identity;
  /** Able to sign on a server. */
  readonly authority: Authority;
}

/** In ms. */
const standardTimeout = 60_000;

/**
 * Has this node let into a cluster. No certificate is written before everything has been received and checked; what is
 * written then is complete, or is completed by the next who reads it. What it asks with is written before it is asked, so
 * that a node that never gets the answer is known when it asks again.
 * @throws JoinError, PkiError, or the reason of the signal
 */
export async function join(options: JoinOptions): Promise<Joined> {
  const { token, name, files, seeds = [], replace = false, timeout = standardTimeout, onEvent } = options;
  const { role = token.role, signal = new AbortController().signal } = options;
  requireNodeName(name);
  requireAllowed(token, role);
  const { directory, root, joining } = pkiFilesOf(options.pkiDirectory);
  requireSameCluster(readOptional(root.certificate, directory, files), token);
  const { keys, isPending } = await chooseKeys(options, role);
  const request = await requestOf(keys, options, role, replace);
  let [isWritten, mayBeIn] = [isPending, isPending];
  const ask = async (url: string): Promise<Received> => {
    onEvent?.({ type: "asking", url });
    const onAsk = (): void => {
      if (!isWritten) writePending(joining, { pin: token.pin, name, keys }, files);
      isWritten = true;
    };
    try {
      return await askOne(url, request, { ...options, role, signal, keys, onAsk });
    } catch (error) {
      if (!(error instanceof JoinError) || undecided.has(error.code)) mayBeIn = true;
      throw error;
    }
  };
  let received: Received;
  try {
    received = await askAll([...new Set([...token.urls, ...seeds.flatMap(joinUrlsOf)])], ask, {
      signal,
      end: performance.now() + timeout,
      onFailure: (url, { message }) => onEvent?.({ type: "unreachable", url, reason: message }),
    });
    signal.throwIfAborted();
  } catch (error) {
    if (isWritten && !mayBeIn && !signal.aborted) removePending(joining);
    throw error;
  }
  writePkiFiles(directory, received.contents, files);
  removePending(joining);
  const { identity, authority, answer } = received;
  const endpoints = answer.endpoints.length > 0 ? answer.endpoints : seeds;
  return { name, role, cluster: answer.cluster, endpoints, identity, authority };
}

/** After these, a server may have let the node in all the same. */
const undecided: ReadonlySet<JoinErrorCode> = new Set(["unreachable", "unavailable", "wrong-authority"]);

interface Received {
  readonly answer: JoinAnswer;
  readonly identity: Identity;
  readonly authority: Authority;
  /** What is to be written, by the names of files. */
  readonly contents: Readonly<Record<string, string>>;
}

/** With what this node has had, or has asked with before, the cluster knows it again. */
async function chooseKeys(
  { token, name, replace, pkiDirectory, files, onEvent }: JoinOptions,
  role: Role,
): Promise<{ readonly keys: Keys; readonly isPending: boolean }> {
  const { joining, host: paths } = pkiFilesOf(pkiDirectory);
  const pending = pendingFor(joining, token.pin, name);
  const present = existsSync(paths.key) ? readOptional(paths.key, pkiDirectory, files) : undefined;
  // One that is that of the node has got its answer.
  const isPending = pending !== undefined && pending.keys.host !== present;
  const before = replace ? undefined : present;
  const warning = before === undefined || isPending ? undefined : closeKey(paths.key);
  if (warning !== undefined) onEvent?.({ type: "warning", message: warning });
  const own = before !== undefined && isUsableKey(before) ? before : (await makeKey()).key;
  const known: Keys = isPending ? pending.keys : { host: own };
  if (role === "agent") return { keys: { host: known.host }, isPending };
  const { server = (await makeKey()).key, peer = (await makeKey()).key } = known;
  return { keys: { host: known.host, server, peer }, isPending };
}

function pendingFor(path: string, pin: string, name: string): Pending | undefined {
  const pending = readPending(path);
  return pending?.pin === pin && pending.name === name ? pending : undefined;
}

async function requestOf(
  keys: Keys,
  { token, name, addresses = [], clock = Date.now }: JoinOptions,
  role: Role,
  replace: boolean,
): Promise<string> {
  return encodeJoinRequest({
    secret: token.secret,
    name,
    role,
    replace,
    host: await makeRequest(keys.host),
    server: keys.server && (await makeRequest(keys.server)),
    peer: keys.peer && (await makeRequest(keys.peer)),
    addresses,
    time: clock(),
  });
}

interface Asking extends Pick<JoinOptions, "token" | "name" | "clock"> {
  readonly role: Role;
  readonly signal: AbortSignal;
  readonly keys: Keys;
  /** Called before the server is told anything. */
  onAsk(): void;
}

async function askOne(url: string, request: string, asking: Asking): Promise<Received> {
  const { token, signal } = asking;
  const root = await fetchRoot(url, token.pin, signal);
  asking.onAsk();
  const answer = decodeJoinAnswer(await post(url, paths.join, request, root, signal));
  if (answer === undefined)
    throw new JoinError(
      "bad-request",
      `what ${url} has answered cannot be understood; have both sides run the same version of mgmt`,
    );
  try {
    return await check(url, answer, root, asking);
  } catch (error) {
    throw explainReceived(url, error);
  }
}

/** Looks whether everything is there that was asked for, and belongs together. */
async function check(
  url: string,
  answer: JoinAnswer,
  root: string,
  { name, role, keys, clock }: Asking,
): Promise<Received> {
  const where = (pair: PairName): string => `${pair}.crt from ${url}`;
  const identity = Identity.of({ certificate: answer.host, key: keys.host }, root, where("host"), { clock });
  const contents: Record<string, string> = { "host.key": keys.host, "host.crt": answer.host };
  const incomplete = new JoinError(
    "bad-request",
    `${url} has not sent all that a node of role ${role} needs`,
  );
  if (identity.name !== name || answer.role !== role) throw incomplete;
  for (const pair of ["server", "peer"] as const) {
    const [certificate, key] = [answer[pair], keys[pair]];
    if (key === undefined) continue;
    if (certificate === undefined) throw incomplete;
    Identity.of({ certificate, key }, root, where(pair), { clock });
    contents[`${pair}.key`] = key;
    contents[`${pair}.crt`] = certificate;
  }
  const parts = { root: { certificate: root }, client: answer.clientAuthority, peer: answer.peerAuthority };
  const authority = await Authority.of(parts, { clock });
  if (role === "server" && !authority.canSign) throw incomplete;
  return { answer, identity, authority, contents: { ...authority.contents(), ...contents } };
}

/** The server would refuse it as well; but it would cost the way there. */
function requireAllowed(token: JoinToken, role: Role): void {
  if (token.role === "agent" && role === "server")
    throw new JoinError(
      "not-allowed",
      "the token lets in agents only; add --no-server, or make one for servers with `mgmt cluster token --role server`",
    );
}

function requireSameCluster(root: string | undefined, token: JoinToken): void {
  if (root === undefined || pinOf(root) === token.pin) return;
  throw new JoinError(
    "foreign-cluster",
    "the token is of another cluster than the one this node belongs to; take one of its own cluster, " +
      "or leave that cluster with `mgmt cluster reset`",
  );
}
