/**
 * Certificates that nodes have (`issued/NODE/SERIAL`), and those that are not to be trusted any more (`revoked/SERIAL`).
 * Both are kept until the certificates end.
 */
import { isRecord, textField } from "../json.ts";
import type { Issuer } from "../pki/authority.ts";
import { readCertificates, serialOf, validity } from "../pki/certificates.ts";

/** A certificate, as far as it has to be known to revoke it. */
export interface Issuance {
  readonly serial: string;
  readonly by: Issuer;
  /** When it ends, in ms since 1970. */
  readonly until: number;
}

export const revocationCauses = [
  /** Another machine has taken the name over. */
  "replaced",
  /** The cluster has forgotten the node. */
  "removed",
  /** Somebody may have the key who should not. */
  "revoked",
] as const;
export type RevocationCause = (typeof revocationCauses)[number];

export interface Revocation extends Issuance {
  /** The node that it was of; empty if nobody knows any more. */
  readonly name: string;
  readonly cause: RevocationCause;
  /** The member that its node was then: until it is none any more, the others may need its vote. */
  readonly member?: string | undefined;
  /** Since when, in ms since 1970. */
  readonly at: number;
}

const version = 1;

/** @param certificate PEM @throws PkiError */
export function issuanceOf(certificate: string, by: Issuer): Issuance {
  const [leaf] = readCertificates(certificate, "a certificate of a node");
  return { serial: serialOf(leaf), by, until: validity(leaf).to };
}

export function encodeIssuance({ by, until }: Issuance): Uint8Array {
  return Buffer.from(JSON.stringify({ v: version, by, until }));
}

/** @returns undefined for what cannot be understood */
export function decodeIssuance(serial: string, value: Uint8Array): Issuance | undefined {
  const content = parse(value);
  const { v, until } = content;
  const by = toIssuer(content.by);
  if (v !== version || by === undefined || typeof until !== "number" || !isSerial(serial)) return undefined;
  return { serial, by, until };
}

export function encodeRevocation({ by, until, name, cause, member, at }: Revocation): Uint8Array {
  return Buffer.from(JSON.stringify({ v: version, by, until, name, cause, member, at }));
}

/**
 * Whatever else is there, a certificate whose number is among the keys is not trusted.
 * @returns undefined for what is no number of a certificate
 */
export function decodeRevocation(serial: string, value: Uint8Array): Revocation | undefined {
  if (!isSerial(serial)) return undefined;
  const content = parse(value);
  const { until, at } = content;
  return {
    serial,
    by: toIssuer(content.by) ?? "client",
    until: typeof until === "number" ? until : Number.POSITIVE_INFINITY,
    name: textField(content, "name"),
    cause: revocationCauses.find((each) => each === content.cause) ?? "revoked",
    member: textField(content, "member") || undefined,
    at: typeof at === "number" ? at : 0,
  };
}

function isSerial(text: string): boolean {
  return /^(?:[\da-f]{2}){1,20}$/.test(text);
}

function toIssuer(value: unknown): Issuer | undefined {
  return value === "client" || value === "peer" ? value : undefined;
}

function parse(value: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(Buffer.from(value).toString());
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}
