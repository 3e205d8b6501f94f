import type { X509Certificate } from "node:crypto";
import type { Grant } from "../access/access.ts";
import type { EtcdClient } from "../client/client.ts";
import type { Comparison } from "../client/transaction.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { isRecord, textField } from "../json.ts";
import type { Authority, AuthorityPart, Issuer } from "../pki/authority.ts";
import {
  commonName,
  inWords,
  leadsTo,
  readCertificates,
  requireValid,
  serialOf,
  validity,
} from "../pki/certificates.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import { tokenId } from "../pki/join-token.ts";
import { requireNodeName } from "../pki/names.ts";
import { PkiError } from "../pki/pki-error.ts";
import type { Role } from "../pki/role.ts";
import { type Issuance, issuanceOf } from "../revocation/records.ts";
import { JoinError } from "./join-error.ts";
import { readNode } from "./node-record.ts";
import type { JoinAnswer, JoinRequest, RenewalAnswer, RenewalRequest } from "./protocol.ts";
import { type RegistrationResult, registerNode, requireStanding, requireTrusted } from "./registry.ts";
import { isRenewalSigned } from "./renewal-proof.ts";
import { decodeTokenRecord, type TokenRecord } from "./tokens.ts";

export interface AdmissionOptions {
  /** Has to be able to sign; see `Authority.canSign`. */
  readonly authority: Authority;
  /** Of user `root`. */
  readonly client: EtcdClient;
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  /** What a node may do. */
  readonly grants: (name: string, role: Role) => readonly Grant[];
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** How many addresses a listener may have: more than any machine. */
const mostAddresses = 100;

/** Decides who is let in, and who stays in. All methods throw a {@link JoinError}, or an EtcdError. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #keys: ClusterKeys;
  readonly #clock: () => number;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#keys = new ClusterKeys(options.rootKey);
    this.#clock = options.clock ?? Date.now;
  }

  async join(
    request: JoinRequest,
  ): Promise<{ readonly answer: JoinAnswer; readonly result: RegistrationResult }> {
    const { authority, client, rootKey, grants } = this.#options;
    const { secret, name, role, replace } = request;
    // Found or not found by its hash: how long that takes tells nothing of the secret.
    const key = this.#keys.token(tokenId(secret));
    const entry = await client.get(key);
    const token = entry && decodeTokenRecord(entry);
    if (entry === undefined || token === undefined) throw unknownToken();
    requireAllowed(token, request);
    if (replace && token.role === "agent") await this.#requireAgent(name);
    const isServer = role === "server";
    const listeners = isServer ? requireListeners(request) : undefined;
    const [host, server, peer] = await asked(async () => [
      await authority.issueHost(request.host, name),
      listeners && (await authority.issueServer(listeners.server, request.addresses)),
      listeners && (await authority.issuePeer(listeners.peer, request.addresses)),
    ]);
    if (host === undefined) throw new JoinError("unavailable", "no certificate could be made");
    requireSameTime(host, request.time, this.#clock());
    const condition: Comparison = { key, createRevision: entry.createRevision };
    const result = await registerNode(client, {
      rootKey,
      name,
      role,
      certificate: host,
      listeners: [...issuancesOf(server, "client"), ...issuancesOf(peer, "peer")],
      grants: grants(name, role),
      replace,
      condition,
      now: this.#clock(),
    });
    if (result === "refused") throw unknownToken();
    const { client: clientAuthority, peer: peerAuthority } = authority.parts;
    return {
      result,
      answer: {
        role,
        cluster: await this.#cluster(),
        endpoints: await this.#endpoints(),
        root: authority.root,
        host,
        server,
        peer,
        clientAuthority: isServer ? certified(clientAuthority) : undefined,
        peerAuthority: isServer ? certified(peerAuthority) : undefined,
      },
    };
  }

  async renew(request: RenewalRequest): Promise<{ readonly answer: RenewalAnswer; readonly name: string }> {
    const { authority, client, rootKey, grants } = this.#options;
    const { name, certificate } = await this.#requireOurs(request);
    const known = await readNode(client, rootKey, name);
    const role = known?.role ?? "agent";
    const [host] = await asked(async () => [await authority.issueHost(request.host, name)]);
    if (host === undefined) throw new JoinError("unavailable", "no certificate could be made");
    await registerNode(client, {
      rootKey,
      name,
      role,
      certificate: host,
      previous: certificate,
      grants: grants(name, role),
      now: this.#clock(),
    });
    return { answer: { host }, name };
  }

  /**
   * Tells a node whether the cluster still trusts its certificate, which says nothing that is a secret.
   * @throws JoinError if it does not
   */
  async requireStanding(certificate: string): Promise<void> {
    const { client, rootKey } = this.#options;
    const { name, leaf } = this.#requireOfCluster(certificate);
    await requireStanding(client, rootKey, name, leaf);
  }

  /** Who may let in agents only must not be able to put a server out. */
  async #requireAgent(name: string): Promise<void> {
    const { client, rootKey } = this.#options;
    if ((await readNode(client, rootKey, name))?.role !== "server") return;
    throw new JoinError(
      "not-allowed",
      `${name} is a server of the cluster, and the token lets in agents only; to replace it, make one with ` +
        "`mgmt cluster token --role server`",
    );
  }

  /** Whose certificate it is that is to be renewed. */
  async #requireOurs({ host, certificate, signature }: RenewalRequest): Promise<{
    readonly name: string;
    readonly certificate: string;
  }> {
    const { client, rootKey } = this.#options;
    const { name, leaf } = this.#requireOfCluster(certificate);
    try {
      requireValid(leaf, this.#clock(), `host.crt of ${name}`, rejoin);
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      throw new JoinError(error.code === "expired" ? "expired" : "clock", `at this server, ${error.message}`);
    }
    if (!isRenewalSigned(host, leaf, signature))
      throw new JoinError(
        "not-allowed",
        `who asks does not have the key of the certificate of ${name}; ${rejoin}`,
      );
    await requireTrusted(client, rootKey, name, serialOf(leaf));
    return { name, certificate: leaf.toString() };
  }

  /** Whose certificate it is, as far as it says. */
  #requireOfCluster(certificate: string): { readonly name: string; readonly leaf: X509Certificate } {
    const [root] = readCertificates(this.#options.authority.root, "the root certificate");
    const chain = requireReadable(() => readCertificates(certificate, "the request"));
    const [leaf] = chain;
    const name = commonName(leaf);
    if (name === undefined || !leadsTo(chain, root))
      throw new JoinError(
        "foreign-cluster",
        "the certificate is not one of a node of this cluster; join with a token that `mgmt cluster token` makes",
      );
    requireReadable(() => requireNodeName(name));
    return { name, leaf };
  }

  async #cluster(): Promise<string> {
    const entry = await this.#options.client.get(this.#keys.info);
    const uuid = textField(record(entry?.value), "uuid");
    if (uuid === "")
      throw new JoinError(
        "unavailable",
        "this cluster has not been set up completely yet; try again in a moment",
      );
    return uuid;
  }

  async #endpoints(): Promise<readonly string[]> {
    const entry = await this.#options.client.get(this.#keys.endpoints);
    const list = parse(entry?.value);
    return Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];
  }
}

const rejoin = "join again with a token that `mgmt cluster token` makes, and --replace";

function requireAllowed(token: TokenRecord, { name, role }: JoinRequest): void {
  requireReadable(() => requireNodeName(name));
  if (token.host !== undefined && token.host !== name)
    throw new JoinError(
      "not-allowed",
      `the token is for ${token.host} only, and this node is ${name}; use --hostname ${token.host}, or make one for it ` +
        `with \`mgmt cluster token --host ${name}\``,
    );
  if (token.role === "agent" && role === "server")
    throw new JoinError(
      "not-allowed",
      "the token lets in agents only; add --no-server, or make one for servers with `mgmt cluster token --role server`",
    );
}

function requireListeners({ server, peer, addresses }: JoinRequest): {
  readonly server: string;
  readonly peer: string;
} {
  if (server === undefined || peer === undefined)
    throw new JoinError("bad-request", "a server has to ask for the certificates of its listeners, too");
  if (addresses.length > mostAddresses)
    throw new JoinError("bad-request", `no server can have more than ${mostAddresses} addresses`);
  return { server, peer };
}

/** Before anything is done: a node that cannot use its certificate has to set its clock first. */
function requireSameTime(certificate: string, there: number, here: number): void {
  const { from, to } = validity(readCertificates(certificate, "the new certificate")[0]);
  if (from <= there && there <= to) return;
  const told = Number.isFinite(new Date(there).getTime()) ? inWords(there) : "nothing of use";
  throw new JoinError(
    "clock",
    `the clock of the node that wants to join says ${told}, and that of the server ${inWords(here)}; set the clock that is wrong`,
  );
}

/** What is wrong with what was asked for is told to who has asked. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error);
  }
}

function requireReadable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof PkiError)) return error;
  const isOurs = error.code === "cannot-sign" || error.code === "expired";
  return new JoinError(isOurs ? "unavailable" : "bad-request", error.message, { cause: error });
}

function unknownToken(): JoinError {
  return new JoinError(
    "unknown-token",
    "the token has expired, has been revoked, or is of another cluster; make a new one with `mgmt cluster token`",
  );
}

function issuancesOf(certificate: string | undefined, by: Issuer): readonly Issuance[] {
  return certificate === undefined ? [] : [issuanceOf(certificate, by)];
}

function certified(part: AuthorityPart | undefined): CertifiedKey | undefined {
  if (part?.key === undefined) return undefined;
  return { certificate: part.certificate, key: part.key };
}

function parse(value: Uint8Array | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(Buffer.from(value).toString());
  } catch {
    return undefined;
  }
}

function record(value: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  const content = parse(value);
  return isRecord(content) ? content : {};
}
