import type { X509Certificate } from "node:crypto";
import type { PublicKey, X509CertificateGenerator } from "@peculiar/x509";
import type { HostFiles } from "../host-files.ts";
import { inWords, isSignedBy, readCertificates, readKey, validity } from "./certificates.ts";
import type { CertifiedKey } from "./certified-key.ts";
import { algorithm, importKey, makeKey, readRequest } from "./keys.ts";
import { alternativeNames, requireNodeName, rootUser } from "./names.ts";
import { PkiError } from "./pki-error.ts";
import { pkiFilesOf, readOptional, writePkiFiles } from "./pki-files.ts";
import { x509 } from "./x509.ts";

/** A certificate of an authority, with its key where that is here. PEM. */
export interface AuthorityPart {
  readonly certificate: string;
  readonly key?: string | undefined;
}

/** What is known of an authority: everything where it was made, the root certificate alone on an agent. */
export interface AuthorityParts {
  readonly root: AuthorityPart;
  readonly client?: AuthorityPart | undefined;
  readonly peer?: AuthorityPart | undefined;
}

/** Which of the two intermediates has signed a certificate. */
export type Issuer = "client" | "peer";

/** A certificate that is not to be trusted any more. */
export interface Revoked {
  /** As `serialOf` has it. */
  readonly serial: string;
  /** Since when, in ms since 1970. */
  readonly at: number;
}

export interface AuthorityOptions {
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** In ms. */
const minute = 60_000;
const day = 24 * 60 * minute;
const year = 365 * day;

/** How long certificates are valid, in ms. */
const lifetimes = { authority: 10 * year, leaf: year, rootClient: day, revocations: 30 * day } as const;

/** In ms: how far behind the clocks of others may be. */
const tolerance = 5 * minute;

/** Who signs: what a new certificate needs of it. */
interface Signer {
  readonly certificate: X509Certificate;
  readonly pem: string;
  readonly key: CryptoKey;
}

/**
 * What certificates of a cluster are signed with: a root, and two intermediates, of which one signs for clients and
 * for listeners of clients, the other for peers, so that no certificate of a client can speak raft.
 */
export class Authority {
  readonly #clock: () => number;

  /** Makes a new one. */
  static async create(options: AuthorityOptions = {}): Promise<Authority> {
    const { clock = Date.now } = options;
    const root = await makeAuthority("root", clock);
    const signer = await signerOf(root, "the new root");
    const client = await makeAuthority("clients and servers", clock, signer);
    const peer = await makeAuthority("peers", clock, signer);
    return new Authority({ root, client, peer }, clock);
  }

  /**
   * Reads what of it is in a directory; see `pki-files.ts`.
   * @throws PkiError if there is not even a root certificate, or if something is damaged
   */
  static async load(
    directory: string,
    files: HostFiles,
    { clock = Date.now }: AuthorityOptions = {},
  ): Promise<Authority> {
    const paths = pkiFilesOf(directory);
    const part = (name: "root" | "clientAuthority" | "peerAuthority"): AuthorityPart | undefined => {
      const certificate = readOptional(paths[name].certificate, directory, files);
      const key = readOptional(paths[name].key, directory, files);
      if (certificate !== undefined) return { certificate, ...(key !== undefined && { key }) };
      if (key === undefined) return undefined;
      throw new PkiError(
        "missing",
        `there is ${paths[name].key}, but no ${paths[name].certificate}; put back a copy of it`,
      );
    };
    const root = part("root");
    if (root === undefined)
      throw new PkiError(
        "missing",
        `there is no root certificate ${paths.root.certificate}; this node has to join a cluster, or to be given certificates`,
      );
    const parts = { root, client: part("clientAuthority"), peer: part("peerAuthority") };
    requireSound(parts, directory);
    return new Authority(parts, clock);
  }

  /** @throws PkiError if the parts do not belong together */
  static async of(parts: AuthorityParts, { clock = Date.now }: AuthorityOptions = {}): Promise<Authority> {
    requireSound(parts, "what was received");
    return new Authority(parts, clock);
  }

  private constructor(
    readonly parts: AuthorityParts,
    clock: () => number,
  ) {
    this.#clock = clock;
  }

  /** The root certificate. */
  get root(): string {
    return this.parts.root.certificate;
  }

  /** Whether it can sign for clients, servers and peers, as that of a node of role server can. */
  get canSign(): boolean {
    return this.parts.client?.key !== undefined && this.parts.peer?.key !== undefined;
  }

  /** Writes all that is known into a directory. @param withRootKey false keeps the key of the root out */
  save(directory: string, files: HostFiles, withRootKey = true): void {
    writePkiFiles(directory, this.contents(withRootKey), files);
  }

  /** What {@link save} writes, by the names of files. */
  contents(withRootKey = true): Readonly<Record<string, string>> {
    const { root, client, peer } = this.parts;
    const files: Record<string, string> = { "ca.crt": root.certificate };
    if (withRootKey && root.key !== undefined) files["ca.key"] = root.key;
    for (const [name, part] of [["client-ca", client] as const, ["peer-ca", peer] as const]) {
      if (part === undefined) continue;
      if (part.key !== undefined) files[`${name}.key`] = part.key;
      files[`${name}.crt`] = part.certificate;
    }
    return files;
  }

  /** @param request PEM @returns a chain for the client that has this name @throws PkiError */
  async issueHost(request: string, name: string): Promise<string> {
    requireNodeName(name);
    return this.#issueClient(await readRequest(request), name, lifetimes.leaf);
  }

  /** @param addresses names and IP addresses, beside those that all have @returns a chain for a listener of clients */
  async issueServer(request: string, addresses: readonly string[]): Promise<string> {
    return this.#issueListener("client", await readRequest(request), addresses);
  }

  /** @returns a chain for a listener of peers @throws PkiError */
  async issuePeer(request: string, addresses: readonly string[]): Promise<string> {
    return this.#issueListener("peer", await readRequest(request), addresses);
  }

  /** A new key with its certificate, for a client of this name. @throws PkiError */
  async makeHost(name: string): Promise<CertifiedKey> {
    requireNodeName(name);
    const { key, publicKey } = await makeKey();
    return { key, certificate: await this.#issueClient(publicKey, name, lifetimes.leaf) };
  }

  async makeServer(addresses: readonly string[]): Promise<CertifiedKey> {
    const { key, publicKey } = await makeKey();
    return { key, certificate: await this.#issueListener("client", publicKey, addresses) };
  }

  async makePeer(addresses: readonly string[]): Promise<CertifiedKey> {
    const { key, publicKey } = await makeKey();
    return { key, certificate: await this.#issueListener("peer", publicKey, addresses) };
  }

  /** A client that may do everything, for a day. To be kept in memory only. */
  async rootClient(): Promise<CertifiedKey> {
    const { key, publicKey } = await makeKey();
    return { key, certificate: await this.#issueClient(publicKey, rootUser, lifetimes.rootClient) };
  }

  /**
   * A list of certificates that are not to be trusted any more.
   * @param by which of the two has signed them
   * @returns DER, as all versions of etcd read it
   * @throws PkiError
   */
  async issueRevocations(by: Issuer, revoked: readonly Revoked[]): Promise<Uint8Array> {
    const { AuthorityKeyIdentifierExtension, X509CrlGenerator, X509Certificate: Readable } = await x509();
    const signer = await signerOf(this.#signing(by), `the authority of ${by}s`);
    const issuer = new Readable(signer.pem);
    const now = this.#clock();
    const list = await X509CrlGenerator.create({
      issuer: issuer.subjectName.toJSON(),
      thisUpdate: new Date(now - tolerance),
      nextUpdate: new Date(now + lifetimes.revocations),
      entries: revoked.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: new Date(at) })),
      extensions: [await AuthorityKeyIdentifierExtension.create(issuer.publicKey)],
      signingKey: signer.key,
      signingAlgorithm: algorithm,
    });
    return new Uint8Array(list.rawData);
  }

  async #issueClient(publicKey: PublicKey, name: string, lifetime: number): Promise<string> {
    const { ExtendedKeyUsage, ExtendedKeyUsageExtension } = await x509();
    // No alternative names: etcd would refuse a client that comes from another address than they say.
    const extensions = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])];
    return this.#issue("client", publicKey, [{ CN: [name] }], extensions, lifetime);
  }

  /**
   * Without a common name, so that the listener is no user: etcd's JSON gateway connects to its own server as a client,
   * and so do peers to one another, by the certificate of the listener.
   */
  async #issueListener(by: Issuer, publicKey: PublicKey, addresses: readonly string[]): Promise<string> {
    const { ExtendedKeyUsage, ExtendedKeyUsageExtension, SubjectAlternativeNameExtension } = await x509();
    const extensions = [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([...alternativeNames(addresses)], true),
    ];
    return this.#issue(by, publicKey, [], extensions, lifetimes.leaf);
  }

  async #issue(
    by: Issuer,
    publicKey: PublicKey,
    subject: Subject,
    extensions: Extensions,
    lifetime: number,
  ): Promise<string> {
    const signer = await signerOf(this.#signing(by), `the authority of ${by}s`);
    const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension } = await x509();
    const certificate = await sign(
      subject,
      publicKey,
      [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        ...extensions,
      ],
      { now: this.#clock(), lifetime },
      signer,
    );
    return certificate + signer.pem;
  }

  #signing(by: Issuer): AuthorityPart {
    const part = this.parts[by];
    if (part?.key !== undefined) return part;
    throw new PkiError(
      "cannot-sign",
      `the key that signs certificates for ${by === "client" ? "clients and servers" : "peers"} is not on this node; ` +
        "nodes of role server have it",
    );
  }
}

type Subject = Extract<Parameters<typeof X509CertificateGenerator.create>[0]["subject"], readonly unknown[]>;
type Extensions = NonNullable<Parameters<typeof X509CertificateGenerator.create>[0]["extensions"]>;

/** @param by the root; the new one is a root itself if not given */
async function makeAuthority(what: string, clock: () => number, by?: Signer): Promise<CertifiedKey> {
  const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension } = await x509();
  const { key, publicKey } = await makeKey();
  const subject = [{ CN: [`mgmt ${what} ${randomSerial().slice(0, 8)}`] }];
  const extensions = [
    new BasicConstraintsExtension(true, by === undefined ? 1 : 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
  const times = { now: clock(), lifetime: lifetimes.authority };
  const signer = by ?? { key: await importKey(key) };
  return { key, certificate: await sign(subject, publicKey, extensions, times, signer) };
}

/** @param signer without a certificate, what is made is a root @returns PEM */
async function sign(
  subject: Subject,
  publicKey: PublicKey,
  extensions: Extensions,
  { now, lifetime }: { readonly now: number; readonly lifetime: number },
  signer: Signer | Pick<Signer, "key">,
): Promise<string> {
  const x = await x509();
  const issuer = "pem" in signer ? new x.X509Certificate(signer.pem) : undefined;
  const last = "certificate" in signer ? validity(signer.certificate).to : Number.POSITIVE_INFINITY;
  if (now > last)
    throw new PkiError(
      "expired",
      `the authority of this cluster has expired at ${inWords(last)}; it has to be made anew`,
    );
  const certificate = await x.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject,
    issuer: issuer === undefined ? subject : issuer.subjectName,
    notBefore: new Date(now - tolerance),
    notAfter: new Date(Math.min(now + lifetime, last)),
    publicKey,
    signingKey: signer.key,
    signingAlgorithm: algorithm,
    extensions: [
      ...extensions,
      await x.SubjectKeyIdentifierExtension.create(publicKey),
      await x.AuthorityKeyIdentifierExtension.create(issuer?.publicKey ?? publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

async function signerOf({ certificate, key }: AuthorityPart, where: string): Promise<Signer> {
  if (key === undefined) throw new PkiError("cannot-sign", `the key of ${where} is not on this node`);
  const [first] = readCertificates(certificate, where);
  return { certificate: first, pem: certificate, key: await importKey(key) };
}

/** 15 random bytes after one that makes the number positive and keeps its length. */
function randomSerial(): string {
  return Buffer.from([0x40 | (randomByte() & 0x3f), ...crypto.getRandomValues(new Uint8Array(15))]).toString(
    "hex",
  );
}

function randomByte(): number {
  return crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
}

/** @throws PkiError if a key is not that of its certificate, or an intermediate is not of the root */
function requireSound({ root, client, peer }: AuthorityParts, where: string): void {
  const [rootCertificate] = readCertificates(root.certificate, `ca.crt of ${where}`);
  const parts = [["ca", root] as const, ["client-ca", client] as const, ["peer-ca", peer] as const];
  for (const [name, part] of parts) {
    if (part === undefined) continue;
    const [certificate] = readCertificates(part.certificate, `${name}.crt of ${where}`);
    if (!certificate.ca)
      throw new PkiError("damaged", `${name}.crt of ${where} is no certificate of an authority`);
    if (!isSignedBy(certificate, rootCertificate))
      throw new PkiError("foreign", `${name}.crt of ${where} is not of the authority of ca.crt there`);
    if (part.key !== undefined && !certificate.checkPrivateKey(readKey(part.key, `${name}.key of ${where}`)))
      throw new PkiError("mismatch", `${name}.key of ${where} is not the key of ${name}.crt`);
  }
}
