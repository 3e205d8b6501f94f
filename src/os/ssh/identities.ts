/** Keys to log in with: where they are looked for, and in which order they are tried. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AgentAuthMethod, IdentityCallback, ParsedKey, PublicKeyAuthMethod } from "ssh2";
import { errorCode, explainError } from "../errors.ts";
import { displayPath, nativePath } from "../paths.ts";
import type { SshSettings } from "./config.ts";
import { SshError } from "./error.ts";
import { fingerprint } from "./public-key.ts";
import type { Surroundings } from "./surroundings.ts";

/** One key to try. */
export interface Login {
  /** For messages. */
  readonly name: string;
  readonly method: AgentAuthMethod | PublicKeyAuthMethod;
}

export interface Identities {
  readonly logins: readonly Login[];
  /** Where there might have been more, each the part of a sentence. */
  readonly notes: readonly string[];
}

type Ssh2 = typeof import("ssh2");

/**
 * A key that is named is the only one. Else there are those of the agent, then those that the configuration names, or
 * all of `~/.ssh/id_*`.
 * @param named path of a private key
 * @throws SshError if the key that is named cannot be used
 */
export async function findIdentities(
  ssh2: Ssh2,
  settings: SshSettings,
  around: Surroundings,
  named: string | undefined,
): Promise<Identities> {
  if (named !== undefined) {
    const identity = readIdentity(ssh2, named);
    if (identity.key === undefined)
      throw new SshError("configuration", `the key ${displayPath(named)} ${identity.flaw}`);
    return { logins: [fileLogin(settings.user, named, identity.key)], notes: [] };
  }
  const configured = settings.identityFiles.length > 0;
  const files = (configured ? settings.identityFiles : keysIn(join(around.home, ".ssh"))).map((path) => ({
    path,
    ...readIdentity(ssh2, path),
  }));
  const ofAgent = await agentKeys(ssh2, settings.agentSocket);
  const isOfFile = (key: ParsedKey) => files.some(({ blob }) => blob?.equals(key.getPublicSSH()));
  const offered = [
    ...ofAgent.keys.filter(isOfFile),
    ...(settings.identitiesOnly ? [] : ofAgent.keys.filter((key) => !isOfFile(key))),
  ];
  const isOffered = (blob: Buffer | undefined) =>
    blob !== undefined && offered.some((key) => key.getPublicSSH().equals(blob));
  const rest = files.filter(({ blob }) => !isOffered(blob));
  return {
    logins: [
      ...offered.map((key) => agentLogin(ssh2, settings.user, settings.agentSocket ?? "", key)),
      ...rest.flatMap(({ path, key }) => (key === undefined ? [] : [fileLogin(settings.user, path, key)])),
    ],
    notes: [
      ...ofAgent.notes,
      ...rest.flatMap(({ path, flaw }) => (flaw === undefined ? [] : [`${displayPath(path)} ${flaw}`])),
      ...(files.length === 0 ? [`there is no key in ${displayPath(join(around.home, ".ssh"))}`] : []),
    ],
  };
}

/** A file of a key: the key if it can be used, and why not, else. */
type Identity =
  | { readonly key: ParsedKey; readonly blob: Buffer; readonly flaw?: undefined }
  | { readonly key?: undefined; readonly blob: Buffer | undefined; readonly flaw: string };

function readIdentity(ssh2: Ssh2, path: string): Identity {
  const blob = publicPart(ssh2, `${path}.pub`);
  try {
    const { mode, uid } = statSync(nativePath(path));
    const key = parse(ssh2, readFileSync(nativePath(path)));
    if (key !== undefined && !key.isPrivateKey())
      return { blob: key.getPublicSSH(), flaw: "is a public key, whose private one no agent has" };
    // As ssh(1) does: somebody else may have it.
    if (uid === process.getuid?.() && (mode & 0o077) !== 0)
      return { blob, flaw: "is open to other users: chmod 600 it" };
    if (key !== undefined) return { key, blob: key.getPublicSSH() };
  } catch (error) {
    if (!(error instanceof NeedsPassphrase)) return { blob, flaw: `cannot be read: ${explainError(error)}` };
    return {
      blob,
      flaw: "needs a passphrase, for which nobody can be asked: add it to an SSH agent (ssh-add)",
    };
  }
  return {
    blob,
    flaw: "is no private key in the form of OpenSSH or PEM, or not of a kind that can be used here",
  };
}

function publicPart(ssh2: Ssh2, path: string): Buffer | undefined {
  try {
    return parse(ssh2, readFileSync(nativePath(path)))?.getPublicSSH();
  } catch {
    return undefined;
  }
}

class NeedsPassphrase extends Error {}

/** @throws NeedsPassphrase */
function parse(ssh2: Ssh2, bytes: Buffer): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(bytes);
  if (!(key instanceof Error)) return key;
  if (/encrypted/i.test(key.message)) throw new NeedsPassphrase();
  return undefined;
}

/** What may be a private key, the kinds first that are quickest to compute with. */
function keysIn(directory: string): readonly string[] {
  const rank = (name: string): number => {
    const found = ["id_ed25519", "id_ecdsa", "id_rsa"].indexOf(name);
    return found < 0 ? 3 : found;
  };
  try {
    return readdirSync(directory)
      .filter((name) => name.startsWith("id_") && !name.endsWith(".pub"))
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map((name) => join(directory, name));
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}

function fileLogin(username: string, path: string, key: ParsedKey): Login {
  return { name: displayPath(path), method: { type: "publickey", username, key } };
}

interface AgentKeys {
  readonly keys: readonly ParsedKey[];
  readonly notes: readonly string[];
}

/** How long an agent may take to say what it has, in ms. */
const agentPatience = 5000;

async function agentKeys(ssh2: Ssh2, socket: string | undefined): Promise<AgentKeys> {
  if (socket === undefined) return { keys: [], notes: ["there is no SSH agent (SSH_AUTH_SOCK is not set)"] };
  const agent = new ssh2.OpenSSHAgent(socket);
  const { promise, resolve, reject } = Promise.withResolvers<readonly ParsedKey[]>();
  const timer = setTimeout(() => reject(new Error("it does not answer")), agentPatience);
  agent.getIdentities((error, keys = []) => {
    if (error) reject(error);
    else resolve(keys.flatMap((key) => ("getPublicSSH" in key ? [key] : [])));
  });
  try {
    const keys = await promise;
    const notes = keys.length === 0 ? [`the SSH agent at ${displayPath(socket)} has no keys`] : [];
    return { keys, notes };
  } catch (error) {
    const note = `the SSH agent at ${displayPath(socket)} cannot be used: ${explainError(error)}`;
    return { keys: [], notes: [note] };
  } finally {
    clearTimeout(timer);
  }
}

/** One key of an agent as if it were the only one, so that it is known which were tried. */
function agentLogin(ssh2: Ssh2, username: string, socket: string, key: ParsedKey): Login {
  class OneKey extends ssh2.OpenSSHAgent {
    override getIdentities(done: IdentityCallback<ParsedKey>): void {
      done(undefined, [key]);
    }
  }
  const comment = key.comment === "" ? fingerprint(key.getPublicSSH()) : key.comment;
  return { name: `${comment} of the agent`, method: { type: "agent", username, agent: new OneKey(socket) } };
}
