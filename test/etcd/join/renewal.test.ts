import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:tls";
import type { RenewalEvent } from "../../../etcd/join/events.ts";
import { JoinServer } from "../../../etcd/join/join-server.ts";
import { readNode } from "../../../etcd/join/node-record.ts";
import { encodeRenewalRequest, paths } from "../../../etcd/join/protocol.ts";
import { registerNode, removeNode } from "../../../etcd/join/registry.ts";
import { type RenewalOptions, renew, renewWhenDue } from "../../../etcd/join/renewal.ts";
import { signRenewal } from "../../../etcd/join/renewal-proof.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import { keyId, readCertificates } from "../../../etcd/pki/certificates.ts";
import type { CertifiedKey } from "../../../etcd/pki/certified-key.ts";
import { Identity, serverName } from "../../../etcd/pki/identity.ts";
import { makeKey, makeRequest } from "../../../etcd/pki/keys.ts";
import { type PairName, pkiFilesOf, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import type { Role } from "../../../etcd/pki/role.ts";
import { keepRootClient } from "../../../etcd/pki/root-client.ts";
import { failureOf } from "../support/failure.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";
import { keys, SecureServer } from "../support/secure-server.ts";
import { etcdBinary, freePort } from "../support/server.ts";

setDefaultTimeout(60_000);

const day = 86_400_000;
const rootKey = keys.root;
const idOf = ({ certificate }: { readonly certificate: string }): string =>
  keyId(readCertificates(certificate, "a test")[0]);

describe.skipIf(etcdBinary === undefined)("renewal", () => {
  let secure: SecureServer;
  let desk: JoinServer;
  let own: Authority;
  beforeAll(async () => {
    secure = await SecureServer.start();
    own = secure.authority;
    desk = await JoinServer.start({
      urls: ["https://127.0.0.1:0"],
      authority: own,
      serverCertificate: secure.certificate,
      client: secure.root,
      rootKey,
      grants: secure.grants,
    });
  });
  afterAll(async () => {
    await desk.stop();
    await secure[Symbol.asyncDispose]();
  });

  /** The authority as it was so many days ago. */
  const before = (days: number): Promise<Authority> =>
    Authority.of(own.parts, { clock: () => Date.now() - days * day });

  /** A node that is in. */
  class Node implements Disposable {
    readonly scratch = new ScratchDirectory();
    readonly options: RenewalOptions = {
      pkiDirectory: this.scratch.at("pki"),
      files,
      joinUrls: () => desk.urls,
    };

    static async of(name: string, role: Role = "agent", authority = own): Promise<Node> {
      const node = new Node();
      const host = await authority.makeHost(name);
      node.write({
        ...(role === "server" ? own.contents(false) : { "ca.crt": own.root }),
        ...inFiles("host", host),
      });
      if (role === "server") {
        node.write(inFiles("server", await authority.makeServer(["10.0.0.1"])));
        node.write(inFiles("peer", await authority.makePeer(["10.0.0.1"])));
      }
      const grants = secure.grants(name, role);
      await registerNode(secure.root, {
        rootKey,
        name,
        role,
        grants,
        certificate: host.certificate,
        now: Date.now(),
      });
      return node;
    }

    write(contents: Readonly<Record<string, string>>): void {
      writePkiFiles(this.options.pkiDirectory, contents, files);
    }

    read(pair: PairName = "host"): Identity {
      return Identity.read(this.options.pkiDirectory, files, {}, pair);
    }

    [Symbol.dispose](): void {
      this.scratch[Symbol.dispose]();
    }
  }

  const inFiles = (name: PairName, { certificate, key }: CertifiedKey): Readonly<Record<string, string>> => ({
    [`${name}.crt`]: certificate,
    [`${name}.key`]: key,
  });

  test("a node gets a new certificate for a new key, and is known by it", async () => {
    using node = await Node.of("h1");
    const old = node.read();
    const renewed = await renew("host", node.options);
    expect(node.read()).toEqual(renewed);
    expect([renewed.name, idOf(renewed) === idOf(old)]).toEqual(["h1", false]);
    expect(idOf((await readNode(secure.root, rootKey, "h1")) ?? old)).toBe(idOf(renewed));
    await secure.connect(renewed).put(keys.convergence("h1"), Buffer.from("true"));
    await renew("host", node.options);
  });

  test("a node that never got the answer can ask again with the key that it has", async () => {
    using node = await Node.of("h2");
    const old = node.read();
    const lost = await renew("host", node.options);
    node.write(inFiles("host", old));
    const renewed = await renew("host", node.options);
    expect([idOf(lost), idOf(old)]).not.toContain(idOf(renewed));
    // From then on, who has the lost one is somebody else.
    node.write(inFiles("host", lost));
    expect(await failureOf(renew("host", node.options))).toMatchObject({ code: "name-taken" });
  });

  test("who has been replaced or removed, or never was in, is not renewed", async () => {
    using replaced = await Node.of("h3");
    const next = await own.makeHost("h3");
    const grants = secure.grants("h3", "agent");
    await registerNode(secure.root, {
      ...{ rootKey, name: "h3", role: "agent", grants, replace: true },
      certificate: next.certificate,
      now: Date.now(),
    });
    const failure = await failureOf(renew("host", replaced.options));
    expect(failure).toMatchObject({
      code: "revoked",
      message: expect.stringContaining("taken the place"),
    });
    using removed = await Node.of("h4");
    await removeNode(secure.root, { rootKey, name: "h4", now: Date.now() });
    expect(await failureOf(renew("host", removed.options))).toMatchObject({
      code: "revoked",
      message: expect.stringMatching(/h4 has been removed.*join again with a token.*--replace/),
    });
    expect(await readNode(secure.root, rootKey, "h4")).toBeUndefined();
  });

  test("what has expired, is of another cluster, or is not one's own is not renewed", async () => {
    using expired = await Node.of("h5", "agent", await before(366));
    const failure = await failureOf(renew("host", expired.options));
    expect(failure).toMatchObject({ code: "expired", message: expect.stringContaining("--replace") });

    const ask = async (certificate: string, signedBy: string, request?: string): Promise<unknown> => {
      const host = request ?? (await makeRequest((await makeKey()).key));
      const response = await fetch(`${desk.urls[0]}${paths.renew}`, {
        method: "POST",
        body: encodeRenewalRequest({ host, certificate, signature: signRenewal(host, signedBy) }),
        tls: { ca: own.root, serverName },
        keepalive: false,
      });
      const answer: unknown = await response.json();
      return answer;
    };
    using node = await Node.of("h6");
    const { certificate, key } = node.read();
    const stale = await (await before(366)).makeHost("h6");
    expect(await ask(stale.certificate, stale.key)).toMatchObject({ code: "expired" });
    const early = await (await before(-10)).makeHost("h6");
    expect(await ask(early.certificate, early.key)).toMatchObject({ code: "clock" });
    expect(await ask(certificate, (await makeKey()).key)).toMatchObject({ code: "not-allowed" });
    const foreign = await (await Authority.create()).makeHost("h6");
    expect(await ask(foreign.certificate, foreign.key)).toMatchObject({ code: "foreign-cluster" });
    const root = await own.rootClient();
    expect(await ask(root.certificate, root.key)).toMatchObject({ code: "bad-request" });
    for (const listener of [await own.makeServer([]), await own.makePeer([])])
      expect(await ask(listener.certificate, listener.key)).toMatchObject({ code: "foreign-cluster" });
    expect(await ask(certificate, key, "garbage")).toMatchObject({ code: "bad-request" });
    expect(await ask("garbage", key)).toMatchObject({ code: "bad-request" });
    expect(await ask(certificate, key)).toHaveProperty("host");
  });

  test("everything that a server has is renewed when two thirds of its time are over", async () => {
    using node = await Node.of("s1", "server", await before(300));
    const [server, peer] = [node.read("server"), node.read("peer")];
    const ends = new AbortController();
    const done = Promise.withResolvers<void>();
    const renewed = new Map<PairName, Identity>();
    const onRenewed = (pair: PairName, identity: Identity): void => {
      renewed.set(pair, identity);
      if (renewed.size === 3) done.resolve();
    };
    const loop = renewWhenDue({ ...node.options, authority: own, onRenewed, signal: ends.signal });
    await done.promise;
    ends.abort();
    await loop;
    for (const [pair, identity] of renewed) {
      expect(node.read(pair)).toEqual(identity);
      expect(identity.renewAt.getTime()).toBeGreaterThan(Date.now() + 200 * day);
    }
    // The keys of listeners stay, so that certificate and key go together at any moment.
    expect(node.read("server")).toMatchObject({ key: server.key, addresses: server.addresses });
    expect(node.read("peer").key).toBe(peer.key);
  });

  test("nothing is renewed before its time, and listeners even after it", async () => {
    using node = await Node.of("s2", "server", await before(366));
    node.write(inFiles("host", await own.makeHost("s2")));
    const ends = new AbortController();
    const done = Promise.withResolvers<void>();
    const pairs: PairName[] = [];
    const onRenewed = (pair: PairName): void => {
      if (pairs.push(pair) === 2) done.resolve();
    };
    const addresses = ["10.0.0.2"];
    const loop = renewWhenDue({ ...node.options, authority: own, addresses, onRenewed, signal: ends.signal });
    await done.promise;
    ends.abort();
    await loop;
    expect(pairs.sort()).toEqual(["peer", "server"]);
    expect(node.read("server").addresses).toContain("10.0.0.2");
  });

  test("what cannot be renewed is told, and tried again", async () => {
    using node = await Node.of("h7", "agent", await before(300));
    const ends = new AbortController();
    const failed = Promise.withResolvers<RenewalEvent>();
    const joinUrls = async (): Promise<readonly string[]> => {
      throw new Error("nobody knows where");
    };
    const onEvent = (event: RenewalEvent): void => failed.resolve(event);
    const loop = renewWhenDue({ ...node.options, joinUrls, onEvent, signal: ends.signal });
    expect(await failed.promise).toMatchObject({
      type: "failed",
      pair: "host",
      reason: "nobody knows where",
      notAfter: node.read().notAfter,
    });
    ends.abort();
    await loop;
    const unreachable = [`https://127.0.0.1:${await freePort()}`];
    const both = { ...node.options, joinUrls: () => [...unreachable, ...desk.urls] };
    expect((await renew("host", both)).name).toBe("h7");
  });

  test("servers show their new certificates without a restart", async () => {
    const directory = secure.scratch.at("pki");
    const options = {
      pkiDirectory: directory,
      files,
      joinUrls: () => [],
      authority: own,
      addresses: ["10.7.7.7"],
    };
    await renew("server", options);
    const { certificate, key } = await own.rootClient();
    const shown = Promise.withResolvers<string>();
    const socket = connect(
      {
        ...{ host: "127.0.0.1", port: Number(new URL(secure.url).port), servername: serverName },
        ...{ ca: own.root, cert: certificate, key },
      },
      () => shown.resolve(String(socket.getPeerCertificate().subjectaltname)),
    );
    socket.on("error", shown.reject);
    expect(await shown.promise).toContain("10.7.7.7");
    socket.destroy();
    expect(pkiFilesOf(directory).server.certificate).toEndWith("server.crt");
  });

  test("who may do everything has a certificate that is never old", async () => {
    const ends = new AbortController();
    let offset = 0;
    const clock = (): number => Date.now() + offset;
    const next = Promise.withResolvers<CertifiedKey>();
    const errors: unknown[] = [];
    const first = await keepRootClient(await before(0.99), {
      onRenewed: next.resolve,
      onError: (error) => errors.push(error),
      clock,
      shortest: 10,
      signal: ends.signal,
    });
    offset = day;
    expect(idOf(await next.promise)).not.toBe(idOf(first));
    ends.abort();
    expect(errors).toEqual([]);
  });
});
