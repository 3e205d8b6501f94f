import type { Grant } from "../access/access.ts";
import type { EtcdClient } from "../client/client.ts";
import type { Authority } from "../pki/authority.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import type { Role } from "../pki/role.ts";
import type { JoinServerEvent } from "./events.ts";

/** Where nodes join unless told otherwise. */
export const standardJoinPort = 2378;

export interface JoinServerOptions {
  /** Where to listen, `https://HOST:PORT`; port 0 takes any. */
  readonly urls: readonly string[];
  /** Has to be able to sign; see `Authority.canSign`. */
  readonly authority: Authority;
  /** The same as the server of etcd has for clients. */
  readonly serverCertificate: CertifiedKey;
  /** Of user `root`. */
  readonly client: EtcdClient;
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  /** What a node may do. */
  readonly grants: (name: string, role: Role) => readonly Grant[];
  /** Must not throw. */
  readonly onEvent?: ((event: JoinServerEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** Lets in who has a token, and renews the certificates of who is in. */
export class JoinServer implements AsyncDisposable {
  /** Listens. @throws Error naming the address and the cause */
  static async start(_options: JoinServerOptions): Promise<JoinServer> {
    throw new Error("not built yet");
  }

  private constructor() {}

  /** Where it listens, with the ports that were taken. */
  get urls(): readonly string[] {
    throw new Error("not built yet");
  }

  /** Shows another certificate from now on. */
  setServerCertificate(_certificate: CertifiedKey): void {
    throw new Error("not built yet");
  }

  stop(): Promise<void> {
    throw new Error("not built yet");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
