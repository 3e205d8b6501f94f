/** Making keys and requests for certificates, and reading requests. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { PublicKey } from "@peculiar/x509";
import { PkiError } from "./pki-error.ts";
import { x509 } from "./x509.ts";

/** Of all keys. */
export const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A new key. */
export async function makeKey(): Promise<{ readonly key: string; readonly publicKey: PublicKey }> {
  const { PublicKey } = await x509();
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const pem = key.export({ format: "pem", type: "pkcs8" }).toString();
  return { key: pem, publicKey: await PublicKey.create(publicKey) };
}

/** @returns a request for a certificate with a key, signed with it; PEM */
export async function makeRequest(key: string): Promise<string> {
  const { Pkcs10CertificateRequestGenerator } = await x509();
  const keys = { privateKey: await importKey(key), publicKey: await importPublicKey(key) };
  const request = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm });
  return `${request.toString("pem")}\n`;
}

/** @returns the key that it asks a certificate for @throws PkiError if it is none, or was not signed with that key */
export async function readRequest(pem: string): Promise<PublicKey> {
  const { Pkcs10CertificateRequest } = await x509();
  let isSigned = false;
  let publicKey: PublicKey;
  try {
    const request = new Pkcs10CertificateRequest(pem);
    publicKey = request.publicKey;
    isSigned = await request.verify();
  } catch (cause) {
    throw new PkiError("damaged", "a request for a certificate cannot be read", { cause });
  }
  if (!isSigned)
    throw new PkiError("mismatch", "a request for a certificate is not signed with the key that it is for");
  const { name, namedCurve } = { namedCurve: "", ...publicKey.algorithm };
  if (name !== algorithm.name || namedCurve !== algorithm.namedCurve)
    throw new PkiError(
      "damaged",
      `a request for a certificate has a key for ${name} ${namedCurve}; those of this cluster are for ECDSA P-256`,
    );
  return publicKey;
}

/** @param key PEM */
export async function importKey(key: string): Promise<CryptoKey> {
  const der = createPrivateKey(key).export({ format: "der", type: "pkcs8" });
  return crypto.subtle.importKey("pkcs8", new Uint8Array(der), algorithm, false, ["sign"]);
}

async function importPublicKey(key: string): Promise<CryptoKey> {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return crypto.subtle.importKey("spki", new Uint8Array(der), algorithm, true, ["verify"]);
}

/** Whether a key is one that certificates can be asked for with. @param key PEM */
export function isUsableKey(key: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(key);
    return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}
