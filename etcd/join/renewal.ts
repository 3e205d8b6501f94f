import { pause } from "../client/pause.ts";
import type { HostFiles } from "../host-files.ts";
import type { Authority } from "../pki/authority.ts";
import { addressesOf, readCertificates, renewalTime, validity } from "../pki/certificates.ts";
import { Identity } from "../pki/identity.ts";
import { makeKey, makeRequest } from "../pki/keys.ts";
import { PkiError } from "../pki/pki-error.ts";
import { type PairName, pairNames, pkiFilesOf, readOptional, writePkiFiles } from "../pki/pki-files.ts";
import { askAll, explainReceived, post } from "./asking.ts";
import type { RenewalEvent } from "./events.ts";
import { JoinError } from "./join-error.ts";
import { decodeRenewalAnswer, encodeRenewalRequest, paths } from "./protocol.ts";
import { signRenewal } from "./renewal-proof.ts";

export interface RenewalOptions {
  readonly pkiDirectory: string;
  readonly files: HostFiles;
  /** Where nodes join at present, the preferred one first; asked at each attempt. */
  readonly joinUrls: () => readonly string[] | Promise<readonly string[]>;
  /** Of a node of role server, which signs the certificates of its own listeners. */
  readonly authority?: Authority | undefined;
  /** Names and IP addresses of a server by now; those that its certificates have if not given. */
  readonly addresses?: readonly string[] | undefined;
  /** Has taken effect on disk: to be taken up by whoever has read the one before. */
  readonly onRenewed?: ((pair: PairName, identity: Identity) => void) | undefined;
  readonly onEvent?: ((event: RenewalEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** In ms. A certificate of a year is renewed four months before its end: there is no hurry. */
const minute = 60_000;
const hour = 60 * minute;

/** Between two looks at the clock: it may be set, and timers do not run while a machine sleeps. */
const longestWait = hour;
const firstRetry = minute;
const longestRetry = 6 * hour;

/** In ms: how long to ask servers in one attempt. */
const patience = 30_000;

/**
 * Renews certificates once two thirds of their time are over, until the signal fires; resolves then. What cannot be
 * renewed is tried again, with growing pauses, and told of in events.
 */
export async function renewWhenDue(options: RenewalOptions): Promise<void> {
  const { signal = new AbortController().signal } = options;
  await Promise.all(pairNames.map((pair) => keepRenewed(pair, { ...options, signal })));
}

async function keepRenewed(
  pair: PairName,
  options: RenewalOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const { signal, authority, onEvent, clock = Date.now } = options;
  if (pair !== "host" && authority?.canSign !== true) return;
  let notAfter: Date | undefined;
  for (let retry = firstRetry; !signal.aborted; ) {
    try {
      const times = timesOf(pair, options);
      if (times === undefined) return;
      notAfter = times.notAfter;
      const wait = times.renewAt.getTime() - clock();
      if (wait > 0) await pause(Math.min(wait, longestWait), signal);
      else await renew(pair, options);
      retry = firstRetry;
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      onEvent?.({ type: "failed", pair, reason, notAfter });
      await pause(retry * (0.75 + Math.random() / 2), signal);
      retry = Math.min(longestRetry, retry * 2);
    }
  }
}

/** @returns undefined if the node has none, as nodes that are no servers have none of listeners @throws PkiError */
function timesOf(
  pair: PairName,
  { pkiDirectory, files }: RenewalOptions,
): { readonly renewAt: Date; readonly notAfter: Date } | undefined {
  const path = pkiFilesOf(pkiDirectory)[pair].certificate;
  const certificate = readOptional(path, pkiDirectory, files);
  if (certificate === undefined) return undefined;
  const { from, to } = validity(readCertificates(certificate, path)[0]);
  return { renewAt: new Date(renewalTime(from, to)), notAfter: new Date(to) };
}

/**
 * Renews one now, and writes it.
 * @throws JoinError or PkiError, or the reason of the signal
 */
export async function renew(pair: PairName, options: RenewalOptions): Promise<Identity> {
  const { pkiDirectory, files, onRenewed, onEvent } = options;
  const { identity, contents } =
    pair === "host" ? await renewHost(options) : await renewListener(pair, options);
  writePkiFiles(pkiDirectory, contents, files);
  onEvent?.({ type: "renewed", pair, notAfter: identity.notAfter });
  onRenewed?.(pair, identity);
  return identity;
}

interface Renewed {
  readonly identity: Identity;
  readonly contents: Readonly<Record<string, string>>;
}

/** With a new key, which the one before vouches for. */
async function renewHost(options: RenewalOptions): Promise<Renewed> {
  const { pkiDirectory, files, clock, joinUrls } = options;
  const { signal = new AbortController().signal } = options;
  const before = Identity.read(pkiDirectory, files, { clock });
  const { key } = await makeKey();
  const host = await makeRequest(key);
  const { certificate, root } = before;
  const request = encodeRenewalRequest({ host, certificate, signature: signRenewal(host, before.key) });
  const ask = async (url: string): Promise<Identity> => {
    const answer = decodeRenewalAnswer(await post(url, paths.renew, request, root, signal));
    if (answer === undefined)
      throw new JoinError("bad-request", `what ${url} has answered cannot be understood`);
    try {
      const identity = Identity.of({ certificate: answer.host, key }, root, `host.crt from ${url}`, {
        clock,
      });
      if (identity.name === before.name) return identity;
    } catch (error) {
      throw explainReceived(url, error);
    }
    throw new JoinError("bad-request", `${url} has sent a certificate of another node`);
  };
  const end = performance.now() + patience;
  const identity = await askAll(await joinUrls(), ask, { signal, end, onFailure: () => {} });
  return { identity, contents: { "host.key": key, "host.crt": identity.certificate } };
}

/**
 * With the same key: etcd reads certificate and key at each handshake, and would refuse those that come while only one
 * of the two is new.
 */
async function renewListener(pair: "server" | "peer", options: RenewalOptions): Promise<Renewed> {
  const { pkiDirectory, files, clock, authority } = options;
  if (authority === undefined)
    throw new PkiError("cannot-sign", `only nodes of role server can renew ${pair}.crt`);
  // One that has expired is renewed as well: who has the authority needs nobody's leave.
  const paths = pkiFilesOf(pkiDirectory);
  const key = readOptional(paths[pair].key, pkiDirectory, files);
  const certificate = readOptional(paths[pair].certificate, pkiDirectory, files);
  if (key === undefined || certificate === undefined)
    throw new PkiError("missing", `there is no complete ${paths[pair].certificate} to renew`);
  const request = await makeRequest(key);
  const addresses =
    options.addresses ?? addressesOf(readCertificates(certificate, paths[pair].certificate)[0]);
  const issued =
    pair === "server"
      ? await authority.issueServer(request, addresses)
      : await authority.issuePeer(request, addresses);
  const identity = Identity.of({ certificate: issued, key }, authority.root, `the new ${pair}.crt`, {
    clock,
  });
  return { identity, contents: { [`${pair}.crt`]: issued } };
}
