import type { EtcdClient } from "../client/client.ts";
import type { Role } from "../pki/role.ts";

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
}

/** @param client of `root` @returns the line to be handed to those who are to join @throws EtcdError */
export async function createToken(_client: EtcdClient, _options: TokenOptions): Promise<string> {
  throw new Error("not built yet");
}

export async function listTokens(_client: EtcdClient, _rootKey: string): Promise<readonly ListedToken[]> {
  throw new Error("not built yet");
}

/** @param idOrToken the token, its id, or the beginning of the id @returns whether there was one */
export async function revokeToken(
  _client: EtcdClient,
  _rootKey: string,
  _idOrToken: string,
): Promise<boolean> {
  throw new Error("not built yet");
}
