/**
 * Sealing with the keys that hosts have in their certificates: an ephemeral key of P-256 and that of the reader agree on a
 * secret (ECDH), HKDF-SHA256 makes a key of it, and AES-256-GCM encrypts with that. What is sealed tells whom it is for,
 * and has a fingerprint of what it says, which only its maker can compute.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
  X509Certificate,
} from "node:crypto";
import type { EtcdClient } from "../../etcd/client/client.ts";
import { isRecord, textField } from "../../etcd/json.ts";
import { explainError } from "../os/errors.ts";
import { followKey } from "./etcd-follow.ts";
import { EtcdKeys } from "./etcd-keys.ts";
import type { Listener } from "./listener.ts";
import type { Sealer } from "./sealer.ts";

/** The certificates of hosts. */
export interface Certificates {
  /** Tells that of a host, as PEM, or that there is none. */
  follow(host: string, listener: Listener<string | undefined>, signal: AbortSignal): void;
}

/** Those of the hosts that have joined the cluster. @param root below which key everything is; `/_mgmt` if not given */
export function joinedHosts(client: EtcdClient, root?: string): Certificates {
  const keys = new EtcdKeys(root);
  return {
    follow: (host, listener, signal) => followKey(client, keys.host(host), certificateOf, listener, signal),
  };
}

export interface EtcdSealerOptions {
  /** The name of this host. */
  readonly host: string;
  /** The private key of this host, as PEM; asked for each time, since it may be renewed. */
  readonly privateKey: () => string;
  readonly certificates: Certificates;
}

/** Seals for one host at a time, by the certificates of those who have joined. */
export class EtcdSealer implements Sealer {
  readonly #options: EtcdSealerOptions;
  readonly #signal: AbortSignal;
  readonly #readers = new Map<string, Reader>();
  readonly #listeners = new Set<(host: string) => void>();
  #own: OwnKey | undefined;

  /** @param signal ends the following of certificates */
  constructor(options: EtcdSealerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async seal(to: string, plain: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    const reader = await this.#reader(to).key();
    const ephemeral = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const point = pointOf(ephemeral.publicKey);
    const head = Buffer.concat([version, reader.id, this.#fingerprint(reader, plain, context), point]);
    const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: reader.key });
    const { key, nonce } = derive(secret, point, reader.key);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    cipher.setAAD(Buffer.concat([head, context]));
    return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  async isCurrent(sealed: Uint8Array, to: string, plain: Uint8Array, context: Uint8Array): Promise<boolean> {
    const parts = take(sealed);
    const reader = await this.#reader(to).key();
    if (parts === undefined || !parts.id.equals(reader.id)) return false;
    return timingSafeEqual(parts.fingerprint, this.#fingerprint(reader, plain, context));
  }

  open(sealed: Uint8Array, context: Uint8Array): Uint8Array {
    const own = this.#ownKey();
    // From now on, another key of this host is news.
    this.#reader(this.#options.host);
    const parts = take(sealed);
    if (parts === undefined) throw new Error("it was sealed by another version of mgmt, or is damaged");
    if (!parts.id.equals(own.id)) throw new Error("it was sealed for another key than this host has");
    try {
      const publicKey = keyOfPoint(parts.point);
      const secret = diffieHellman({ privateKey: own.key, publicKey });
      const { key, nonce } = derive(secret, parts.point, own.publicKey);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce);
      decipher.setAAD(Buffer.concat([parts.head, context]));
      decipher.setAuthTag(parts.tag);
      return Buffer.concat([decipher.update(parts.text), decipher.final()]);
    } catch (cause) {
      throw new Error("it is damaged, or was put where it does not belong", { cause });
    }
  }

  followKeys(onChange: (host: string) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    // The same function may be given more than once.
    const listener = (host: string): void => onChange(host);
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** This host has another private key now. The store may have told of it before, when nothing could be opened with it yet. */
  renewed(): void {
    this.#tell(this.#options.host);
  }

  #tell(host: string): void {
    for (const listener of [...this.#listeners]) listener(host);
  }

  #reader(host: string): Reader {
    const known = this.#readers.get(host);
    if (known !== undefined) return known;
    const reader = new Reader(host, () => this.#tell(host));
    this.#readers.set(host, reader);
    this.#options.certificates.follow(host, reader, this.#signal);
    return reader;
  }

  #ownKey(): OwnKey {
    const pem = this.#options.privateKey();
    if (this.#own?.pem !== pem) {
      const key = createPrivateKey(pem);
      const publicKey = createPublicKey(pem);
      mustBeUsable(publicKey);
      const secret = key.export({ type: "pkcs8", format: "der" });
      const forFingerprints = Buffer.from(hkdfSync("sha256", secret, "", "mgmt sealed: fingerprint", 32));
      this.#own = { pem, key, publicKey, id: idOf(publicKey), forFingerprints };
    }
    return this.#own;
  }

  #fingerprint({ key }: ReaderKey, plain: Uint8Array, context: Uint8Array): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(context.length);
    const hmac = createHmac("sha256", this.#ownKey().forFingerprints);
    for (const part of [length, context, pointOf(key), plain]) hmac.update(part);
    return hmac.digest();
  }
}

interface OwnKey {
  readonly pem: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly id: Buffer;
  readonly forFingerprints: Buffer;
}

interface ReaderKey {
  readonly key: KeyObject;
  readonly id: Buffer;
}

/** A host that something is sealed for, and the key in its certificate. */
class Reader implements Listener<string | undefined> {
  readonly #host: string;
  readonly #onChange: () => void;
  readonly #isTold = Promise.withResolvers<void>();
  /** The key, or why there is none. */
  #known: ReaderKey | Error | undefined;
  /** The certificate that was told last, if that was the last news. */
  #told: { readonly certificate: string | undefined } | undefined;

  constructor(host: string, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  /** @throws Error naming the host if there is none */
  async key(): Promise<ReaderKey> {
    await this.#isTold.promise;
    if (this.#known === undefined || this.#known instanceof Error)
      throw this.#known ?? new Error(`nothing is known of ${this.#host}`);
    return this.#known;
  }

  onValue(certificate: string | undefined): void {
    if (this.#told !== undefined && this.#told.certificate === certificate) return;
    const before = this.#known;
    this.#told = { certificate };
    this.#known = this.#read(certificate);
    this.#isTold.resolve();
    if (before === undefined) return;
    const isSame =
      !(before instanceof Error) && !(this.#known instanceof Error) && before.id.equals(this.#known.id);
    if (!isSame) this.#onChange();
  }

  onError(error: unknown): void {
    this.#told = undefined;
    // A key that was known is most likely still the right one.
    if (this.#known === undefined || this.#known instanceof Error)
      this.#known = new Error(`cannot read the certificate of ${this.#host}: ${explainError(error)}`);
    this.#isTold.resolve();
  }

  #read(certificate: string | undefined): ReaderKey | Error {
    if (certificate === undefined)
      return new Error(
        `the key of ${this.#host} is not known, for no host of that name has joined the cluster`,
      );
    try {
      const key = new X509Certificate(certificate).publicKey;
      mustBeUsable(key);
      return { key, id: idOf(key) };
    } catch (cause) {
      const why = explainError(cause);
      return new Error(`the certificate of ${this.#host} cannot be used: ${why}`, { cause });
    }
  }
}

/** The certificate in the record of a host. */
function certificateOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return isRecord(data) ? textField(data, "certificate") : "";
  } catch {
    return "";
  }
}

function mustBeUsable({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): void {
  if (asymmetricKeyType !== "ec" || asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new Error("its key is none of the curve P-256");
}

const version = Buffer.from([1]);
const idLength = 16;
const fingerprintLength = 32;
const pointLength = 65;
const tagLength = 16;
const headLength = version.length + idLength + fingerprintLength + pointLength;

interface Parts {
  readonly head: Buffer;
  readonly id: Buffer;
  readonly fingerprint: Buffer;
  readonly point: Buffer;
  readonly text: Buffer;
  readonly tag: Buffer;
}

/** @returns undefined for what is not of this version */
function take(sealed: Uint8Array): Parts | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < headLength + tagLength || bytes[0] !== version[0]) return undefined;
  const idEnd = version.length + idLength;
  const fingerprintEnd = idEnd + fingerprintLength;
  return {
    head: bytes.subarray(0, headLength),
    id: bytes.subarray(version.length, idEnd),
    fingerprint: bytes.subarray(idEnd, fingerprintEnd),
    point: bytes.subarray(fingerprintEnd, headLength),
    text: bytes.subarray(headLength, -tagLength),
    tag: bytes.subarray(-tagLength),
  };
}

/** A key and a nonce for one message, since there is an ephemeral key for each. */
function derive(
  secret: Uint8Array,
  point: Uint8Array,
  reader: KeyObject,
): { readonly key: Buffer; readonly nonce: Buffer } {
  const salt = Buffer.concat([point, pointOf(reader)]);
  const bytes = Buffer.from(hkdfSync("sha256", secret, salt, "mgmt sealed: message", 44));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

/** What stands before the point in a public key of P-256. */
const pointPrefix = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

function pointOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }).subarray(-pointLength);
}

/** @throws Error for what is no point of the curve */
function keyOfPoint(point: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([pointPrefix, point]), format: "der", type: "spki" });
}

function idOf(key: KeyObject): Buffer {
  return createHash("sha256").update(pointOf(key)).digest().subarray(0, idLength);
}
