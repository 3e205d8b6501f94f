import type { HostFiles } from "../host-files.ts";
import type { Authority } from "../pki/authority.ts";
import type { Identity } from "../pki/identity.ts";
import type { PairName } from "../pki/pki-files.ts";
import type { RenewalEvent } from "./events.ts";

export interface RenewalOptions {
  readonly pkiDirectory: string;
  readonly files: HostFiles;
  /** Where nodes join at present, the preferred one first; asked at each attempt. */
  readonly joinUrls: () => readonly string[] | Promise<readonly string[]>;
  /** Of a node of role server, which signs the certificates of its own listeners. */
  readonly authority?: Authority | undefined;
  /** Names and IP addresses of a server by now; those that its certificates have if not given. */
  readonly addresses?: readonly string[] | undefined;
  /** Has taken effect on disk: to be taken up by whoever has read the one before. */
  readonly onRenewed?: ((pair: PairName, identity: Identity) => void) | undefined;
  readonly onEvent?: ((event: RenewalEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
}

/** Renews certificates once two thirds of their time are over, until the signal fires; resolves then. */
export async function renewWhenDue(_options: RenewalOptions): Promise<void> {
  throw new Error("not built yet");
}

/** Renews one now. @throws JoinError or PkiError */
export async function renew(_pair: PairName, _options: RenewalOptions): Promise<Identity> {
  throw new Error("not built yet");
}
