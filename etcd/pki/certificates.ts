/** Reading what is in certificates; making them is in `authority.ts`. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { plainAddress } from "./names.ts";
import { PkiError } from "./pki-error.ts";

const blocks = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** @param pem one or more @param where for messages @throws PkiError */
export function readCertificates(
  pem: string,
  where: string,
): readonly [X509Certificate, ...X509Certificate[]] {
  const [first, ...rest] = (pem.match(blocks) ?? []).map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new PkiError("damaged", `a certificate in ${where} cannot be read`, { cause });
    }
  });
  if (first === undefined)
    throw new PkiError("damaged", `there is no complete certificate in ${where}; put back a copy of it`);
  return [first, ...rest];
}

/** @throws PkiError */
export function readKey(pem: string, where: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new PkiError("damaged", `there is no complete private key in ${where}; put back a copy of it`, {
      cause,
    });
  }
}

/** The common name; undefined where there is none. */
export function commonName({ subject }: X509Certificate): string | undefined {
  // Bun says undefined where Node says nothing.
  const text: string | undefined = subject;
  return /^CN=(.*)$/m.exec(text ?? "")?.[1];
}

/** SHA-256 of the public key, in hexadecimal: what a node is recognized by over the certificates that it has had. */
export function keyId({ publicKey }: X509Certificate): string {
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("hex");
}

/** The number that its authority has given it, in hexadecimal. */
export function serialOf({ serialNumber }: X509Certificate): string {
  return serialNumber.toLowerCase();
}

/** SHA-256 of the whole, in hexadecimal. */
export function fingerprint({ raw }: X509Certificate): string {
  return createHash("sha256").update(raw).digest("hex");
}

/** When it is valid, in ms since 1970. */
export function validity({ validFrom, validTo }: X509Certificate): {
  readonly from: number;
  readonly to: number;
} {
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}

/** When two thirds of the time of a certificate are over. All in ms since 1970. */
export function renewalTime(from: number, to: number): number {
  return from + ((to - from) * 2) / 3;
}

/** Names and IP addresses of a server, in their shortest form. */
export function addressesOf({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? "").split(", ").flatMap((each) => {
    const [, address] = /^(?:DNS|IP Address):(.+)$/.exec(each) ?? [];
    return address === undefined ? [] : [plainAddress(address)];
  });
}

export function isSignedBy(certificate: X509Certificate, signer: X509Certificate): boolean {
  return certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
}

/** Whether certificates lead from the first, each signed by the next, to a root. */
export function leadsTo(chain: readonly X509Certificate[], root: X509Certificate): boolean {
  return chain.every((certificate, index) => {
    const signer = chain[index + 1] ?? root;
    if (index > 0 && !certificate.ca) return false;
    return (
      isSignedBy(certificate, signer) || (index === chain.length - 1 && certificate.raw.equals(root.raw))
    );
  });
}

/**
 * Checks that a certificate is valid at a moment.
 * @param now in ms since 1970 @param cure what to do about one that has expired
 * @throws PkiError
 */
export function requireValid(certificate: X509Certificate, now: number, where: string, cure: string): void {
  const { from, to } = validity(certificate);
  const times = `and the clock of this machine says ${inWords(now)}`;
  if (now < from)
    throw new PkiError(
      "not-yet-valid",
      `the certificate in ${where} is valid from ${inWords(from)} on, ${times}; set the clock`,
    );
  if (now > to)
    throw new PkiError(
      "expired",
      `the certificate in ${where} has expired at ${inWords(to)}, ${times}; ${cure}`,
    );
}

/** A time as people read it. */
export function inWords(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
