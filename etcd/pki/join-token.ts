import { createHash } from "node:crypto";
import { fingerprint, readCertificates } from "./certificates.ts";
import { PkiError } from "./pki-error.ts";
import { type Role, roles } from "./role.ts";

/** What a node needs to join: where, by what it knows its cluster, and what lets it in. */
export interface JoinToken {
  /** Where to join, `https://HOST:PORT`. */
  readonly urls: readonly string[];
  /** SHA-256 of the root certificate (DER), in hexadecimal. */
  readonly pin: string;
  readonly role: Role;
  /** 32 random bytes, never to be logged. */
  readonly secret: Uint8Array;
}

const prefix = "mgmt1.";

/** Bytes of the parts: how long all is, the role, the pin, the secret; then the URLs; at last the checksum. */
const lengthBytes = 2;
const roleBytes = 1;
const pinBytes = 32;
const secretBytes = 32;
const checksumBytes = 4;
const fixedBytes = lengthBytes + roleBytes + pinBytes + secretBytes;

/** @returns one line, to be copied and pasted */
export function encodeToken({ urls, pin, role, secret }: JoinToken): string {
  const pinned = Buffer.from(pin, "hex");
  if (pinned.length !== pinBytes || secret.length !== secretBytes)
    throw new TypeError("a token has a pin and a secret of 32 bytes each");
  const rest = Buffer.concat([
    Buffer.from([roles.indexOf(role)]),
    pinned,
    secret,
    Buffer.from(urls.join("\n")),
  ]);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(lengthBytes + rest.length + checksumBytes);
  const bytes = Buffer.concat([length, rest]);
  return prefix + Buffer.concat([bytes, checksumOf(bytes)]).toString("base64url");
}

/** @throws PkiError that says whether it is cut off, mistyped, of a newer version, or no token at all */
export function decodeToken(text: string): JoinToken {
  const token = text.replace(/[\s"']+/g, "");
  if (token === "") throw bad("it is empty");
  const [, version] = /^mgmt(\d+)\./.exec(token) ?? [];
  if (version === undefined) throw bad(`it does not begin with ${prefix}`);
  if (version !== "1") throw bad("it was made by a newer version of mgmt; bring this one up to date");
  const encoded = token.slice(prefix.length);
  if (!/^[\w-]*$/.test(encoded)) throw bad("it has characters in it that no token has; it was mistyped");
  const bytes = Buffer.from(encoded, "base64url");
  if (bytes.length < lengthBytes) throw cutOff();
  const length = bytes.readUInt16BE();
  const checked = bytes.subarray(0, -checksumBytes);
  if (
    bytes.length < fixedBytes + checksumBytes ||
    !checksumOf(checked).equals(bytes.subarray(-checksumBytes))
  )
    throw bytes.length < length ? cutOff() : bad("it was mistyped");
  // The last character has bits that stand for nothing.
  if (bytes.toString("base64url") !== encoded) throw bad("it was mistyped");
  const role = roles[bytes[lengthBytes] ?? -1];
  if (role === undefined || length !== bytes.length) throw bad("this version of mgmt does not understand it");
  const secretAt = lengthBytes + roleBytes + pinBytes;
  const urls = checked.subarray(fixedBytes).toString();
  return {
    urls: urls === "" ? [] : urls.split("\n"),
    pin: bytes.subarray(lengthBytes + roleBytes, secretAt).toString("hex"),
    role,
    secret: new Uint8Array(bytes.subarray(secretAt, fixedBytes)),
  };
}

/** What a token is kept under: SHA-256 of its secret, in hexadecimal. */
export function tokenId(secret: Uint8Array): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** What a root certificate is recognized by. @param certificate PEM */
export function pinOf(certificate: string): string {
  return fingerprint(readCertificates(certificate, "the root certificate")[0]);
}

function checksumOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(prefix).update(bytes).digest().subarray(0, checksumBytes);
}

function cutOff(): PkiError {
  return bad("it is cut off; copy all of it");
}

/** Says nothing of what is in it. */
function bad(what: string): PkiError {
  return new PkiError(
    "bad-token",
    `this is no token to join with: ${what}; \`mgmt cluster token\` on a node of the cluster makes one`,
  );
}
