import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtcdSealer } from "../../src/world/etcd-sealer.ts";
import type { Listener } from "../../src/world/listener.ts";
import { Authority } from "../etcd/support/certificates.ts";
import { failureOf } from "../etcd/support/failure.ts";

setDefaultTimeout(30_000);

let authority: Authority;
let pairs: Readonly<Record<"h1" | "h2" | "h3", { readonly certificate: string; readonly key: string }>>;
beforeAll(() => {
  authority = new Authority();
  pairs = { h1: authority.sign("h1"), h2: authority.sign("h2"), h3: authority.sign("h3") };
});
afterAll(() => authority[Symbol.dispose]());

const bytes = (text: string) => new TextEncoder().encode(text);

/** Certificates that a test tells of. */
class Told {
  readonly #known = new Map<string, string | undefined>();
  readonly #listeners = new Map<string, Set<Listener<string | undefined>>>();

  tell(host: string, certificate: string | undefined): void {
    this.#known.set(host, certificate);
    for (const each of this.#listeners.get(host) ?? []) each.onValue(certificate);
  }

  fail(host: string, error: unknown): void {
    for (const each of this.#listeners.get(host) ?? []) each.onError(error);
  }

  follow(host: string, listener: Listener<string | undefined>): void {
    const listeners = this.#listeners.get(host) ?? new Set();
    this.#listeners.set(host, listeners.add(listener));
    if (this.#known.has(host)) queueMicrotask(() => listener.onValue(this.#known.get(host)));
  }
}

function sealer(host: "h1" | "h2" | "h3", certificates: Told, key = pairs[host].key): EtcdSealer {
  return new EtcdSealer({ host, privateKey: () => key, certificates }, new AbortController().signal);
}

function everybody(): Told {
  const told = new Told();
  for (const [host, { certificate }] of Object.entries(pairs)) told.tell(host, certificate);
  return told;
}

test("only the host that it is for can open it, and only as what it is", async () => {
  const certificates = everybody();
  const h1 = sealer("h1", certificates);
  const h2 = sealer("h2", certificates);
  for (const text of ["", "a secret", "x".repeat(1_000_000)]) {
    const sealed = await h1.seal("h2", bytes(text), bytes("context"));
    expect(Buffer.from(h2.open(sealed, bytes("context"))).toString()).toBe(text);
    if (text !== "") expect(Buffer.from(sealed).includes(text)).toBe(false);
    expect(() => h2.open(sealed, bytes("elsewhere"))).toThrow("put where it does not belong");
    expect(() => h1.open(sealed, bytes("context"))).toThrow("sealed for another key");
  }
});

test("no bit of it can be changed unseen, nor is anything else opened", async () => {
  const certificates = everybody();
  const h2 = sealer("h2", certificates);
  const sealed = await sealer("h1", certificates).seal("h2", bytes("text"), bytes(""));
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8((changed[index] ?? 0) ^ 1, index);
    expect(() => h2.open(changed, bytes(""))).toThrow(/sealed|damaged/);
  }
  for (const length of [0, 1, 113, 129, sealed.length - 1])
    expect(() => h2.open(sealed.subarray(0, length), bytes(""))).toThrow(/sealed|damaged/);
});

test("who has sealed it knows whether it is what it would seal now, though no two are equal; others do not", async () => {
  const certificates = everybody();
  const h1 = sealer("h1", certificates);
  const [one, two] = [
    await h1.seal("h2", bytes("a"), bytes("c")),
    await h1.seal("h2", bytes("a"), bytes("c")),
  ];
  expect(Buffer.compare(one, two)).not.toBe(0);
  const later = sealer("h1", certificates);
  expect(await later.isCurrent(one, "h2", bytes("a"), bytes("c"))).toBe(true);
  expect(await later.isCurrent(one, "h2", bytes("b"), bytes("c"))).toBe(false);
  expect(await later.isCurrent(one, "h2", bytes("a"), bytes("d"))).toBe(false);
  expect(await later.isCurrent(one, "h3", bytes("a"), bytes("c"))).toBe(false);
  expect(await later.isCurrent(bytes("nothing"), "h2", bytes("a"), bytes("c"))).toBe(false);
  expect(await sealer("h3", certificates).isCurrent(one, "h2", bytes("a"), bytes("c"))).toBe(false);
  certificates.tell("h2", pairs.h3.certificate);
  expect(await later.isCurrent(one, "h2", bytes("a"), bytes("c"))).toBe(false);
});

test("a key that is not known is told by the name of its host, and followed until it is", async () => {
  const certificates = new Told();
  const h1 = sealer("h1", certificates);
  const changed: string[] = [];
  const ends = new AbortController();
  h1.followKeys((host) => changed.push(host), ends.signal);
  certificates.tell("h2", undefined);
  const seal = (): Promise<unknown> => h1.seal("h2", bytes("a"), bytes(""));
  expect(String(await failureOf(seal()))).toContain(
    "the key of h2 is not known, for no host of that name has joined the cluster",
  );
  certificates.fail("h2", new Error("no answer"));
  expect(String(await failureOf(seal()))).toContain("cannot read the certificate of h2: no answer");
  expect(changed).toEqual([]);
  certificates.tell("h2", pairs.h2.certificate);
  await seal();
  certificates.tell("h2", pairs.h2.certificate);
  certificates.fail("h2", new Error("no answer"));
  await seal();
  certificates.tell("h2", pairs.h2.certificate);
  expect(changed).toEqual(["h2"]);
  certificates.tell("h2", pairs.h3.certificate);
  certificates.tell("h2", "nonsense");
  expect(changed).toEqual(["h2", "h2", "h2"]);
  expect(String(await failureOf(seal()))).toContain("the certificate of h2 cannot be used");
  ends.abort();
  certificates.tell("h2", pairs.h2.certificate);
  expect(changed).toHaveLength(3);
});

test("a host hears of another key of its own once it has had something to open", async () => {
  const certificates = everybody();
  let { key } = pairs.h2;
  const options = { host: "h2", privateKey: () => key, certificates };
  const h2 = new EtcdSealer(options, new AbortController().signal);
  const changed: string[] = [];
  h2.followKeys((host) => changed.push(host), new AbortController().signal);
  const h1 = sealer("h1", certificates);
  h2.open(await h1.seal("h2", bytes("a"), bytes("")), bytes(""));
  await undefined;
  key = pairs.h3.key;
  certificates.tell("h2", pairs.h3.certificate);
  expect(changed).toEqual(["h2"]);
  h2.renewed();
  expect(changed).toEqual(["h2", "h2"]);
  expect(Buffer.from(h2.open(await h1.seal("h2", bytes("b"), bytes("")), bytes(""))).toString()).toBe("b");
});

test("a key of another sort is refused, and said to be", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mgmt-sealer-"));
  try {
    const [key, certificate] = [join(directory, "key"), join(directory, "crt")];
    const words = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=h9",
      "-keyout",
      key,
      "-out",
      certificate,
    ];
    expect(Bun.spawnSync(["openssl", ...words]).success).toBe(true);
    const certificates = everybody();
    certificates.tell("h9", await Bun.file(certificate).text());
    const failure = await failureOf(sealer("h1", certificates).seal("h9", bytes("a"), bytes("")));
    expect(String(failure)).toContain(
      "the certificate of h9 cannot be used: its key is none of the curve P-256",
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what was sealed by this version is opened by all that come: the format", async () => {
  const certificates = everybody();
  const made = await sealer("h1", certificates).seal("h2", bytes("text"), bytes("context"));
  const sealed = new Uint8Array(made);
  expect(sealed.length).toBe(1 + 16 + 32 + 65 + 4 + 16);
  // By the other implementation that there is in the runtime.
  const { subtle } = crypto;
  const toDer = (pem: string) => Uint8Array.fromBase64(pem.replace(/-----[^-]+-----|\s/g, ""));
  const [head, point] = [sealed.slice(0, 114), sealed.slice(49, 114)];
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = await subtle.importKey("pkcs8", toDer(pairs.h2.key), curve, true, ["deriveBits"]);
  const { x = "", y = "" } = await subtle.exportKey("jwk", own);
  const ownPoint = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, "base64url"),
    Buffer.from(y, "base64url"),
  ]);
  const theirs = await subtle.importKey("raw", point, curve, false, []);
  const secret = await subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256);
  const material = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const info = bytes("mgmt sealed: message");
  const salt = new Uint8Array([...point, ...ownPoint]);
  const derived = new Uint8Array(
    await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, material, 44 * 8),
  );
  const aes = await subtle.importKey("raw", derived.subarray(0, 32), "AES-GCM", false, ["decrypt"]);
  const additionalData = new Uint8Array([...head, ...bytes("context")]);
  const plain = await subtle.decrypt(
    { name: "AES-GCM", iv: derived.subarray(32), additionalData },
    aes,
    sealed.subarray(114),
  );
  expect(Buffer.from(plain).toString()).toBe("text");
});
