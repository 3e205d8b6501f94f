import type { Tls } from "../client/endpoint.ts";
import type { HostFiles } from "../host-files.ts";
import {
  addressesOf,
  commonName,
  leadsTo,
  readCertificates,
  readKey,
  renewalTime,
  requireValid,
  validity,
} from "./certificates.ts";
import type { CertifiedKey } from "./certified-key.ts";
import { serverName } from "./names.ts";
import { PkiError } from "./pki-error.ts";
import { closeKey, type PairName, pkiFilesOf, readOptional } from "./pki-files.ts";

export { serverName } from "./names.ts";

export interface IdentityOptions {
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
  /** Is told of what was put right: a key that others could have read. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** By which name servers are known; empty for the one they are reached at; {@link serverName} if not given. */
  readonly serverName?: string | undefined;
}

/** A certificate and its key that have been found to belong together, to be valid now, and to be of one's own cluster. */
export class Identity implements CertifiedKey {
  /**
   * Reads one of the pairs of a node, the one that it is known by unless said otherwise.
   * @param directory see `pki-files.ts`
   * @throws PkiError
   */
  static read(
    directory: string,
    files: HostFiles,
    options: IdentityOptions = {},
    pair: PairName = "host",
  ): Identity {
    const paths = pkiFilesOf(directory);
    const read = (path: string): string | undefined => readOptional(path, paths.directory, files);
    const root = read(paths.root.certificate);
    const [certificate, key] = [read(paths[pair].certificate), read(paths[pair].key)];
    if (certificate === undefined && key === undefined)
      throw new PkiError("missing", `there is no certificate ${paths[pair].certificate}; ${joinFirst}`);
    if (certificate === undefined || key === undefined) {
      const [there, missing] =
        certificate === undefined
          ? [paths[pair].key, paths[pair].certificate]
          : [paths[pair].certificate, paths[pair].key];
      throw new PkiError(
        "missing",
        `there is ${there}, but no ${missing}; put back a copy of it, or ${rejoin}`,
      );
    }
    if (root === undefined)
      throw new PkiError(
        "missing",
        `there is no root certificate ${paths.root.certificate}; put back a copy of it, or ${rejoin}`,
      );
    const warning = closeKey(paths[pair].key);
    if (warning !== undefined) options.onWarning?.(warning);
    const named = read(paths.serverName)?.trim();
    return Identity.of({ certificate, key }, root, paths[pair].certificate, {
      ...options,
      ...(named !== undefined && { serverName: named }),
    });
  }

  /** @param root PEM of the root certificate @param where for messages @throws PkiError */
  static of(
    { certificate, key }: CertifiedKey,
    root: string,
    where: string,
    { clock = Date.now, serverName: known = serverName }: IdentityOptions = {},
  ): Identity {
    const chain = readCertificates(certificate, where);
    const [leaf] = chain;
    const keyFile = where.replace(/\.crt$/, ".key");
    if (!leaf.checkPrivateKey(readKey(key, keyFile)))
      throw new PkiError(
        "mismatch",
        `the key in ${keyFile} is not that of the certificate in ${where}; put back copies that belong together, or ${rejoin}`,
      );
    const [rootCertificate] = readCertificates(root, "the root certificate");
    if (!leadsTo(chain, rootCertificate))
      throw new PkiError(
        "foreign",
        `the certificate in ${where} was signed by another authority than that of ca.crt beside it; ` +
          `put back copies that belong together, or ${rejoin}`,
      );
    requireValid(leaf, clock(), where, `${rejoin} and --replace`);
    for (const each of [...chain.slice(1), rootCertificate])
      requireValid(each, clock(), `the authority of ${where}`, "the cluster needs a new authority");
    const { from, to } = validity(leaf);
    return new Identity(
      certificate,
      key,
      root,
      commonName(leaf),
      addressesOf(leaf),
      new Date(from),
      new Date(to),
      known,
    );
  }

  private constructor(
    readonly certificate: string,
    readonly key: string,
    /** PEM of the root certificate. */
    readonly root: string,
    /** The common name; undefined where there is none, as with servers. */
    readonly name: string | undefined,
    /** Of a server: the names and IP addresses that it may be reached by. */
    readonly addresses: readonly string[],
    readonly notBefore: Date,
    readonly notAfter: Date,
    /** By which name servers are known; empty for the one they are reached at. */
    readonly serverName: string,
  ) {}

  /** When two thirds of its time are over. */
  get renewAt(): Date {
    return new Date(renewalTime(this.notBefore.getTime(), this.notAfter.getTime()));
  }

  /** For a client of etcd. */
  get tls(): Tls {
    const { root: authority, certificate, key, serverName: known } = this;
    return { authority, certificate, key, ...(known !== "" && { serverName: known }) };
  }
}

const joinFirst =
  "this node has to join a cluster, with a token that `mgmt cluster token` makes on one of its nodes";
const rejoin = "join again with a token that `mgmt cluster token` makes";
