import type { Tls } from "../client/endpoint.ts";
import type { HostFiles } from "../host-files.ts";
import type { CertifiedKey } from "./certified-key.ts";
import type { PairName } from "./pki-files.ts";

/** The name that all servers have beside their own ones, and that clients look for. */
export const serverName = "etcd.mgmt.internal";

export interface IdentityOptions {
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
  /** Is told of what was put right: a key that others could have read. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A certificate and its key that have been found to belong together, to be valid now, and to be of one's own cluster. */
export class Identity implements CertifiedKey {
  /**
   * Reads one of the pairs of a node, the one that it is known by unless said otherwise.
   * @param directory see `pki-files.ts`
   * @throws PkiError
   */
  static read(
    _directory: string,
    _files: HostFiles,
    _options: IdentityOptions = {},
    _pair: PairName = "host",
  ): Identity {
    throw new Error("not built yet");
  }

  /** @param root PEM of the root certificate @param where for messages @throws PkiError */
  static of(_pair: CertifiedKey, _root: string, _where: string, _options: IdentityOptions = {}): Identity {
    throw new Error("not built yet");
  }

  private constructor(
    readonly certificate: string,
    readonly key: string,
    /** PEM of the root certificate. */
    readonly root: string,
    /** The common name; undefined where there is none, as with servers. */
    readonly name: string | undefined,
    readonly notBefore: Date,
    readonly notAfter: Date,
  ) {}

  /** When two thirds of its time are over. */
  get renewAt(): Date {
    const [from, to] = [this.notBefore.getTime(), this.notAfter.getTime()];
    return new Date(from + ((to - from) * 2) / 3);
  }

  /** For a client of etcd. */
  get tls(): Tls {
    return { authority: this.root, certificate: this.certificate, key: this.key, serverName };
  }
}
