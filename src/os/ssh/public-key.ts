/** Public keys in the form in which SSH sends them (RFC 4253, 6.6). */
import { createHash } from "node:crypto";

/** The type that a key of base64 begins with; undefined if the text is no key. */
export function keyType(base64: string): string | undefined {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return keyTypeOf(Buffer.from(base64, "base64"));
}

/** The type that a key begins with; undefined if the bytes are no key. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || 4 + length >= key.length) return undefined;
  const type = key.toString("latin1", 4, 4 + length);
  return /^[\w@.-]+$/.test(type) ? type : undefined;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}
