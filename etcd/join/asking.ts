/** Asking servers at the port where nodes join. */
import { pause } from "../client/pause.ts";
import { inWords } from "../pki/certificates.ts";
import { pinOf } from "../pki/join-token.ts";
import { serverName } from "../pki/names.ts";
import { PkiError } from "../pki/pki-error.ts";
import { JoinError, type JoinErrorCode } from "./join-error.ts";
import { decodeRefusal, longestMessage, paths } from "./protocol.ts";

/** In ms: how long one server may take for an answer. It lets in one after the other. */
const answerPatience = 30_000;

/** In ms: how long to wait when all servers have been asked in vain. */
const firstPause = 500;
const longestPause = 5000;

/** What may be different at another server, or a moment later. */
const passing: ReadonlySet<JoinErrorCode> = new Set(["unreachable", "unavailable", "too-many"]);
/** What will be the same at this server whenever it is asked, and may be different at another. */
const ofTheServer: ReadonlySet<JoinErrorCode> = new Set(["wrong-authority", "clock"]);

export interface Round {
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`. */
  readonly end: number;
  onFailure(url: string, error: JoinError): void;
}

/**
 * Asks one server after the other until one answers.
 * @throws JoinError that says what was the matter with each; or the reason of the signal
 */
export async function askAll<T>(
  urls: readonly string[],
  ask: (url: string) => Promise<T>,
  { signal, end, onFailure }: Round,
): Promise<T> {
  if (urls.length === 0)
    throw new JoinError(
      "unreachable",
      "there is no server to ask; name one with --seeds, or take a token that names some",
    );
  for (let wait = firstPause; ; wait = Math.min(longestPause, wait * 2)) {
    const failures: (readonly [string, JoinError])[] = [];
    for (const url of urls) {
      signal.throwIfAborted();
      try {
        return await ask(url);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof JoinError)) throw error;
        if (!passing.has(error.code) && !ofTheServer.has(error.code)) throw error;
        failures.push([url, error]);
        onFailure(url, error);
      }
    }
    const mayPass = failures.some(([, { code }]) => passing.has(code));
    if (!mayPass || performance.now() + wait >= end) throw summary(failures);
    await pause(wait, signal);
  }
}

/** A server of another cluster says more than one that is not there. */
function summary(failures: readonly (readonly [string, JoinError])[]): JoinError {
  const [first] = failures;
  if (first === undefined) return new JoinError("unreachable", "no server could be asked");
  const [, telling] = failures.find(([, { code }]) => ofTheServer.has(code)) ?? first;
  if (failures.length === 1) return telling;
  return new JoinError(
    telling.code,
    `none of ${failures.length} servers could be joined at:\n${failures.map(([, { message }]) => `  ${message}`).join("\n")}`,
  );
}

/**
 * Fetches the root certificate of who is there, trusting nobody, and compares.
 * @param pin what is to be there, as `pinOf` has it
 * @throws JoinError
 */
export async function fetchRoot(url: string, pin: string, signal: AbortSignal): Promise<string> {
  const text = await exchange(url, paths.root, undefined, { rejectUnauthorized: false }, signal);
  let found: string;
  try {
    found = pinOf(text);
  } catch (cause) {
    throw wrongAuthority(url, "what answers there is no server of a cluster", cause);
  }
  if (found !== pin)
    throw wrongAuthority(
      url,
      "the cluster there has another root certificate than the one that the token was made for",
    );
  return text;
}

/** @param root PEM: whom to trust @returns what is answered @throws JoinError */
export function post(
  url: string,
  path: string,
  body: string,
  root: string,
  signal: AbortSignal,
): Promise<string> {
  return exchange(url, path, body, { ca: root, serverName }, signal);
}

type Trust = { readonly rejectUnauthorized: false } | { readonly ca: string; readonly serverName: string };

async function exchange(
  url: string,
  path: string,
  body: string | undefined,
  tls: Trust,
  signal: AbortSignal,
): Promise<string> {
  const limit = AbortSignal.timeout(answerPatience);
  let text: string;
  let isGood: boolean;
  try {
    const response = await fetch(new URL(path, url), {
      ...(body === undefined ? {} : { method: "POST", body }),
      tls,
      redirect: "error",
      // A connection that was made without trust must not be used again with it.
      keepalive: false,
      headers: { connection: "close" },
      signal: AbortSignal.any([signal, limit]),
    });
    isGood = response.ok;
    text = await readShort(response);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof JoinError) throw cause;
    throw explain(url, limit.aborted ? undefined : cause);
  }
  if (isGood) return text;
  const { code, message } = decodeRefusal(text) ?? {
    code: "wrong-authority" as const,
    message: "what answers there is no server where nodes join",
  };
  throw new JoinError(code, code === "wrong-authority" ? `${url}: ${message}` : message);
}

async function readShort(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > longestMessage)
      throw new JoinError("wrong-authority", `${response.url} sends more than any server where nodes join`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** @param cause undefined if there was no answer in time */
function explain(url: string, cause: unknown): JoinError {
  if (cause === undefined)
    return new JoinError(
      "unreachable",
      `${url} does not answer; check that it is a node of the cluster, and the way to it`,
    );
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const now = inWords(Date.now());
  if (code === "CERT_NOT_YET_VALID")
    return new JoinError(
      "clock",
      `the certificate of ${url} is not valid yet by the clock of this machine, which says ${now}; set the clock`,
      { cause },
    );
  if (code === "CERT_HAS_EXPIRED")
    return new JoinError(
      "clock",
      `the certificate of ${url} has expired by the clock of this machine, which says ${now}; set the clock, or see there why it was not renewed`,
      { cause },
    );
  if (isUntrusted.test(code))
    return wrongAuthority(url, "what answers there is no server of the cluster", cause);
  const reason =
    cause instanceof Error ? cause.message.replace(/^[A-Z]+: |\. Is the computer.*$/g, "") : String(cause);
  return new JoinError(
    "unreachable",
    `cannot reach ${url}: ${reason || code}; check the address, and that the way to its port is open`,
    { cause },
  );
}

/** What the system's TLS says of certificates that are not what they should be, and of what is no TLS. */
const isUntrusted = /CERT|ALTNAME|SIGNATURE|ISSUER|PURPOSE|INVALID_CA|PATH_LENGTH|HOSTNAME|^EPROTO$/;

function wrongAuthority(url: string, what: string, cause?: unknown): JoinError {
  return new JoinError(
    "wrong-authority",
    `${url}: ${what}; check the address, and make the token on a node of the cluster that is meant`,
    { cause },
  );
}

/** A certificate that has been received and cannot be used: what that means for who has asked. */
export function explainReceived(url: string, error: unknown): unknown {
  if (!(error instanceof PkiError)) return error;
  const isClock = error.code === "not-yet-valid" || error.code === "expired";
  return new JoinError(
    isClock ? "clock" : "wrong-authority",
    isClock ? error.message : `what ${url} has answered cannot be used: ${error.message}`,
    { cause: error },
  );
}
