/** What is said at the port where nodes join: JSON over HTTPS. Both sides check what they are told. */
import { isRecord, listField, textField } from "../json.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import { type Role, toRole } from "../pki/role.ts";
import { type JoinErrorCode, joinErrorCodes } from "./join-error.ts";

export const paths = {
  root: "/v1/root",
  join: "/v1/join",
  renew: "/v1/renew",
  standing: "/v1/standing",
} as const;

/** More than any request or answer needs, in bytes. */
export const longestMessage = 64 * 1024;

export interface JoinRequest {
  readonly secret: Uint8Array;
  readonly name: string;
  readonly role: Role;
  readonly replace: boolean;
  /** Requests for certificates; PEM. Servers have those for their listeners too. */
  readonly host: string;
  readonly server?: string | undefined;
  readonly peer?: string | undefined;
  /** Of the listeners. */
  readonly addresses: readonly string[];
  /** What the clock there says, in ms since 1970: it decides whether the certificates are of use. */
  readonly time: number;
}

export interface JoinAnswer {
  readonly role: Role;
  readonly cluster: string;
  readonly endpoints: readonly string[];
  /** PEM, as all that follows. */
  readonly root: string;
  readonly host: string;
  readonly server?: string | undefined;
  readonly peer?: string | undefined;
  /** What servers sign with. */
  readonly clientAuthority?: CertifiedKey | undefined;
  readonly peerAuthority?: CertifiedKey | undefined;
}

export interface RenewalRequest {
  /** A request for a certificate; PEM. */
  readonly host: string;
  /** The certificate so far; PEM. */
  readonly certificate: string;
  /** Of the request, by the key of the certificate so far; see `renewal-proof.ts`. */
  readonly signature: Uint8Array;
}

export interface RenewalAnswer {
  readonly host: string;
}

export interface Refusal {
  readonly code: JoinErrorCode;
  readonly message: string;
}

export function encodeJoinRequest({ secret, ...rest }: JoinRequest): string {
  return JSON.stringify({ ...rest, secret: Buffer.from(secret).toString("base64url") });
}

/** @returns undefined for what cannot be understood; so do all below */
export function decodeJoinRequest(text: string): JoinRequest | undefined {
  const content = parse(text);
  const role = toRole(content.role);
  const addresses = texts(content, "addresses");
  const { time } = content;
  const [secret, name, host] = ["secret", "name", "host"].map((field) => textField(content, field));
  if (role === undefined || addresses === undefined || typeof time !== "number") return undefined;
  if (!secret || !name || !host) return undefined;
  return {
    secret: new Uint8Array(Buffer.from(secret, "base64url")),
    name,
    role,
    replace: content.replace === true,
    host,
    server: optional(content, "server"),
    peer: optional(content, "peer"),
    addresses,
    time,
  };
}

export function encodeJoinAnswer(answer: JoinAnswer): string {
  return JSON.stringify(answer);
}

export function decodeJoinAnswer(text: string): JoinAnswer | undefined {
  const content = parse(text);
  const role = toRole(content.role);
  const endpoints = texts(content, "endpoints");
  const [cluster, root, host] = ["cluster", "root", "host"].map((field) => textField(content, field));
  if (role === undefined || endpoints === undefined || !cluster || !root || !host) return undefined;
  return {
    role,
    cluster,
    endpoints,
    root,
    host,
    server: optional(content, "server"),
    peer: optional(content, "peer"),
    clientAuthority: toCertifiedKey(content.clientAuthority),
    peerAuthority: toCertifiedKey(content.peerAuthority),
  };
}

export function encodeRenewalRequest({ signature, ...rest }: RenewalRequest): string {
  return JSON.stringify({ ...rest, signature: Buffer.from(signature).toString("base64url") });
}

export function decodeRenewalRequest(text: string): RenewalRequest | undefined {
  const content = parse(text);
  const [host, certificate, signature] = ["host", "certificate", "signature"].map((field) =>
    textField(content, field),
  );
  if (!host || !certificate || !signature) return undefined;
  return { host, certificate, signature: new Uint8Array(Buffer.from(signature, "base64url")) };
}

export function encodeRenewalAnswer(answer: RenewalAnswer): string {
  return JSON.stringify(answer);
}

export function decodeRenewalAnswer(text: string): RenewalAnswer | undefined {
  const host = textField(parse(text), "host");
  return host === "" ? undefined : { host };
}

/** @param certificate that of the node which wants to know whether it is still trusted; PEM */
export function encodeStandingRequest(certificate: string): string {
  return JSON.stringify({ certificate });
}

export function decodeStandingRequest(text: string): string | undefined {
  return optional(parse(text), "certificate");
}

export function decodeRefusal(text: string): Refusal | undefined {
  const content = parse(text);
  const code = joinErrorCodes.find((each) => each === content.code);
  const message = textField(content, "message");
  return code === undefined || message === "" ? undefined : { code, message };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}

/** @returns undefined for a list with anything else in it */
function texts(content: Readonly<Record<string, unknown>>, field: string): readonly string[] | undefined {
  const list = listField(content, field);
  return list.every((each) => typeof each === "string") ? list : undefined;
}

function optional(content: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return textField(content, field) || undefined;
}

function toCertifiedKey(value: unknown): CertifiedKey | undefined {
  if (!isRecord(value)) return undefined;
  const [certificate, key] = [textField(value, "certificate"), textField(value, "key")];
  return certificate === "" || key === "" ? undefined : { certificate, key };
}
