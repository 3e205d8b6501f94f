import { pause } from "../client/pause.ts";
import type { Authority } from "./authority.ts";
import { readCertificates, renewalTime, validity } from "./certificates.ts";
import type { CertifiedKey } from "./certified-key.ts";

export interface RootClientOptions {
  /** Called with the next one, long before the one before it runs out. */
  readonly onRenewed: (client: CertifiedKey) => void;
  /** In ms since 1970; that of the machine if not given. */
  readonly clock?: (() => number) | undefined;
  /** A new one could not be made; that is tried again. */
  readonly onError: (error: unknown) => void;
  /** How long to wait at least, in ms; 10000 if not given. */
  readonly shortest?: number;
  readonly signal: AbortSignal;
}

/** In ms: timers do not run while a machine sleeps, and its clock may be set. */
const longestWait = 3_600_000;

/**
 * Certificates of user `root` are for a day and in memory only; this makes a new one in time for as long as the
 * signal does not fire.
 * @returns the first
 * @throws PkiError if the authority cannot sign
 */
export async function keepRootClient(
  authority: Authority,
  { onRenewed, onError, clock = Date.now, shortest = 10_000, signal }: RootClientOptions,
): Promise<CertifiedKey> {
  const first = await authority.rootClient();
  const follow = async (): Promise<void> => {
    for (let current = first; !signal.aborted; ) {
      const { from, to } = validity(readCertificates(current.certificate, "the root client")[0]);
      const wait = renewalTime(from, to) - clock();
      await pause(Math.min(Math.max(wait, shortest), longestWait), signal);
      if (signal.aborted || wait > longestWait) continue;
      try {
        current = await authority.rootClient();
        onRenewed(current);
      } catch (error) {
        onError(error);
      }
    }
  };
  void follow();
  return first;
}
