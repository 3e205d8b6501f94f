/** Reading lists of certificates that are not trusted any more; making them is in `authority.ts`. */
import type { Revoked } from "./authority.ts";
import { PkiError } from "./pki-error.ts";
import { x509 } from "./x509.ts";

export interface RevocationList {
  readonly revoked: readonly Revoked[];
  /** When it was made, and when the next one is due; in ms since 1970. */
  readonly from: number;
  readonly to: number;
}

/** @param where for messages @throws PkiError if it is none, or was not signed by this authority */
export async function readRevocationList(
  der: Uint8Array,
  authority: string,
  where: string,
): Promise<RevocationList> {
  const { X509Certificate, X509Crl } = await x509();
  try {
    const list = new X509Crl(new Uint8Array(der));
    if (!(await list.verify({ publicKey: new X509Certificate(authority).publicKey })))
      throw new Error("it was signed by another authority");
    return {
      revoked: list.entries.map(({ serialNumber, revocationDate }) => ({
        serial: serialNumber.toLowerCase(),
        at: revocationDate.getTime(),
      })),
      from: list.thisUpdate.getTime(),
      to: list.nextUpdate?.getTime() ?? 0,
    };
  } catch (cause) {
    throw new PkiError("damaged", `${where} is no list of revoked certificates of this cluster`, { cause });
  }
}
