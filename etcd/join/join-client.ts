import type { HostFiles } from "../host-files.ts";
import type { Authority } from "../pki/authority.ts";
import type { Identity } from "../pki/identity.ts";
import type { JoinToken } from "../pki/join-token.ts";
import type { Role } from "../pki/role.ts";
import type { JoinEvent } from "./events.ts";

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

/**
 * Has this node let into a cluster. Nothing is written before everything has been received and checked; what is
 * written then is complete, or is completed by the next who reads it.
 * @throws JoinError, PkiError, or the reason of the signal
 */
export async function join(_options: JoinOptions): Promise<Joined> {
  throw new Error("not built yet");
}
