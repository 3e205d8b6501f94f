import type { HostFiles } from "../host-files.ts";
import type { CertifiedKey } from "./certified-key.ts";

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

export interface AuthorityOptions {
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/**
 * What certificates of a cluster are signed with: a root, and two intermediates, of which one signs for clients and
 * for listeners of clients, the other for peers, so that no certificate of a client can speak raft.
 */
export class Authority {
  /** Makes a new one. */
  static async create(_options: AuthorityOptions = {}): Promise<Authority> {
    throw new Error("not built yet");
  }

  /**
   * Reads what of it is in a directory; see `pki-files.ts`.
   * @throws PkiError if there is not even a root certificate, or if something is damaged
   */
  static async load(
    _directory: string,
    _files: HostFiles,
    _options: AuthorityOptions = {},
  ): Promise<Authority> {
    throw new Error("not built yet");
  }

  /** @throws PkiError if the parts do not belong together */
  static async of(_parts: AuthorityParts, _options: AuthorityOptions = {}): Promise<Authority> {
    throw new Error("not built yet");
  }

  private constructor(readonly parts: AuthorityParts) {}

  /** The root certificate. */
  get root(): string {
    return this.parts.root.certificate;
  }

  /** Whether it can sign for clients, servers and peers, as that of a node of role server can. */
  get canSign(): boolean {
    return this.parts.client?.key !== undefined && this.parts.peer?.key !== undefined;
  }

  /** Writes all that is known into a directory. @param withRootKey false keeps the key of the root out */
  save(_directory: string, _files: HostFiles, _withRootKey = true): void {
    throw new Error("not built yet");
  }

  /** @param request PEM @returns a chain for the client that has this name @throws PkiError */
  async issueHost(_request: string, _name: string): Promise<string> {
    throw new Error("not built yet");
  }

  /** @param addresses names and IP addresses, beside those that all have @returns a chain for a listener of clients */
  async issueServer(_request: string, _addresses: readonly string[]): Promise<string> {
    throw new Error("not built yet");
  }

  /** @returns a chain for a listener of peers @throws PkiError */
  async issuePeer(_request: string, _addresses: readonly string[]): Promise<string> {
    throw new Error("not built yet");
  }

  /** A new key with its certificate, for a client of this name. */
  async makeHost(_name: string): Promise<CertifiedKey> {
    throw new Error("not built yet");
  }

  async makeServer(_addresses: readonly string[]): Promise<CertifiedKey> {
    throw new Error("not built yet");
  }

  async makePeer(_addresses: readonly string[]): Promise<CertifiedKey> {
    throw new Error("not built yet");
  }

  /** A client that may do everything, for a day. To be kept in memory only. */
  async rootClient(): Promise<CertifiedKey> {
    throw new Error("not built yet");
  }
}
