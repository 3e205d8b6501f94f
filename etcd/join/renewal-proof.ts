/** How a node proves that it has the key of its certificate when it wants another. */
import { createPrivateKey, sign, verify, type X509Certificate } from "node:crypto";

/** What else is signed with the key never begins with this. */
const context = "mgmt: renew\n";

export function signRenewal(request: string, key: string): Uint8Array {
  return new Uint8Array(sign("sha256", Buffer.from(context + request), createPrivateKey(key)));
}

export function isRenewalSigned(request: string, by: X509Certificate, signature: Uint8Array): boolean {
  try {
    return verify("sha256", Buffer.from(context + request), by.publicKey, signature);
  } catch {
    return false;
  }
}
