import type { EtcdClient } from "../client/client.ts";
import { LeaseClient } from "../client/etcd3.ts";
import type { KeyValue } from "../client/key-value.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { isRecord, textField } from "../json.ts";
import { decodeToken, encodeToken, pinOf, tokenId } from "../pki/join-token.ts";
import { requireNodeName } from "../pki/names.ts";
import { type Role, toRole } from "../pki/role.ts";

export interface TokenOptions {
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  /** What those who join by it may be; `server` if not given. */
  readonly role?: Role;
  /** In seconds; an hour if not given. */
  readonly ttl?: number;
  /** The only node that may join by it. */
  readonly host?: string | undefined;
  /** Where to join. */
  readonly urls: readonly string[];
  /** PEM. */
  readonly rootCertificate: string;
}

/** A token as the cluster knows it: without its secret. */
export interface ListedToken {
  /** SHA-256 of its secret, in hexadecimal. */
  readonly id: string;
  readonly role: Role;
  readonly host: string | undefined;
  readonly createdAt: string;
  readonly secondsLeft: number;
}

/** A token as it is kept. */
export interface TokenRecord {
  readonly role: Role;
  readonly host: string | undefined;
  readonly createdAt: string;
}

/** In seconds. */
const standardTtl = 3600;

const version = 1;

/** @param client of `root` @returns the line to be handed to those who are to join @throws EtcdError or PkiError */
export async function createToken(client: EtcdClient, options: TokenOptions): Promise<string> {
  const { rootKey, role = "server", ttl = standardTtl, host, urls, rootCertificate } = options;
  if (host !== undefined) requireNodeName(host);
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const { ID } = await leases(client).leaseGrant({ TTL: ttl });
  const record = { v: version, role, host, createdAt: new Date().toISOString() };
  const key = new ClusterKeys(rootKey).token(tokenId(secret));
  await client.set(key, Buffer.from(JSON.stringify(record)), ID);
  return encodeToken({ urls, pin: pinOf(rootCertificate), role, secret });
}

export async function listTokens(client: EtcdClient, rootKey: string): Promise<readonly ListedToken[]> {
  const { tokens } = new ClusterKeys(rootKey);
  const { entries } = await client.list({ prefix: tokens });
  const listed = entries.map(async (entry): Promise<readonly ListedToken[]> => {
    const record = decodeTokenRecord(entry);
    if (record === undefined) return [];
    const { TTL } = await leases(client).leaseTimeToLive({ ID: entry.lease });
    return [{ id: entry.key.slice(tokens.length), ...record, secondsLeft: Math.max(0, Number(TTL)) }];
  });
  return (await Promise.all(listed)).flat();
}

/**
 * @param idOrToken the token, its id, or the beginning of the id
 * @returns whether there was one
 * @throws EtcdError; PkiError for a token that is none; Error if several begin like that
 */
export async function revokeToken(client: EtcdClient, rootKey: string, idOrToken: string): Promise<boolean> {
  const keys = new ClusterKeys(rootKey);
  if (idOrToken.startsWith("mgmt"))
    return client.delete({ key: keys.token(tokenId(decodeToken(idOrToken).secret)) });
  if (!/^[\da-f]{4,64}$/.test(idOrToken)) return false;
  const { entries } = await client.list({ prefix: keys.token(idOrToken) });
  const [found, ...others] = entries;
  if (others.length > 0)
    throw new Error(
      `the ids of ${entries.length} tokens begin with ${idOrToken}; name more of the one that is meant`,
    );
  return found !== undefined && client.delete({ key: found.key });
}

/** @returns undefined for what cannot be understood */
export function decodeTokenRecord({ value }: Pick<KeyValue, "value">): TokenRecord | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(value).toString());
  } catch {
    return undefined;
  }
  if (!isRecord(content) || content.v !== version) return undefined;
  const role = toRole(content.role);
  if (role === undefined) return undefined;
  return { role, host: textField(content, "host") || undefined, createdAt: textField(content, "createdAt") };
}

function leases(client: EtcdClient): LeaseClient {
  return new LeaseClient(client.connection.calls({}));
}
