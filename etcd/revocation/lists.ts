/** The lists of revoked certificates that the servers of etcd read, as files of a node of role server. */
import { existsSync, readFileSync } from "node:fs";
import type { HostFiles } from "../host-files.ts";
import type { Authority, Issuer, Revoked } from "../pki/authority.ts";
import { renewalTime } from "../pki/certificates.ts";
import { PkiError } from "../pki/pki-error.ts";
import { pkiFilesOf } from "../pki/pki-files.ts";
import { type RevocationList, readRevocationList } from "../pki/revocation-list.ts";

/** The two lists, each of what one of the intermediates has signed. */
export const issuers: readonly Issuer[] = ["client", "peer"];

export class RevocationLists {
  readonly #authority: Authority;
  readonly #directory: string;
  readonly #files: HostFiles;

  /** @param authority has to be able to sign @param directory see `pki-files.ts` */
  constructor(authority: Authority, directory: string, files: HostFiles) {
    this.#authority = authority;
    this.#directory = directory;
    this.#files = files;
  }

  pathOf(by: Issuer): string {
    const { clientRevocations, peerRevocations } = pkiFilesOf(this.#directory);
    return by === "client" ? clientRevocations : peerRevocations;
  }

  /** Has both be there: without its list, a server lets nobody in. What is there stays. @throws PkiError */
  async prepare(): Promise<void> {
    for (const by of issuers) if ((await this.read(by)) === undefined) await this.#write(by, []);
  }

  /** @returns undefined if there is none that could be used @throws PkiError if there is one that cannot be read */
  async read(by: Issuer): Promise<RevocationList | undefined> {
    const path = this.pathOf(by);
    const certificate = this.#authority.parts[by]?.certificate;
    if (certificate === undefined || !existsSync(path)) return undefined;
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new PkiError("unreadable", `cannot read ${path}: ${reason}`, { cause });
    }
    return readRevocationList(bytes, certificate, path).catch(() => undefined);
  }

  /**
   * Makes a list this one. One that is the same is written anew only when it is due.
   * @param now in ms since 1970
   * @returns whether it has certificates in it that were not in it before
   * @throws PkiError
   */
  async update(by: Issuer, revoked: readonly Revoked[], now: number): Promise<boolean> {
    const before = await this.read(by);
    const known = new Set(before?.revoked.map(({ serial }) => serial));
    const isMore = revoked.some(({ serial }) => !known.has(serial));
    const isSame = !isMore && known.size === revoked.length;
    if (before !== undefined && isSame && now < renewalTime(before.from, before.to)) return false;
    await this.#write(by, revoked);
    return isMore;
  }

  async #write(by: Issuer, revoked: readonly Revoked[]): Promise<void> {
    const path = this.pathOf(by);
    const bytes = await this.#authority.issueRevocations(by, revoked);
    try {
      this.#files.replaceFile(path, bytes, { mode: 0o644 });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new PkiError("unreadable", `cannot write ${path}: ${reason}`, { cause });
    }
  }
}
