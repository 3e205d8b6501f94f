import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { ClusterKeys } from "../../../etcd/cluster-keys.ts";
import type { JoinServerEvent } from "../../../etcd/join/events.ts";
import { type Joined, type JoinOptions, join } from "../../../etcd/join/join-client.ts";
import { JoinError } from "../../../etcd/join/join-error.ts";
import { JoinServer, type JoinServerOptions } from "../../../etcd/join/join-server.ts";
import { readNode } from "../../../etcd/join/node-record.ts";
import { longestMessage, paths } from "../../../etcd/join/protocol.ts";
import { registerNode, removeNode } from "../../../etcd/join/registry.ts";
import { createToken, listTokens, revokeToken, type TokenOptions } from "../../../etcd/join/tokens.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import { keyId, readCertificates } from "../../../etcd/pki/certificates.ts";
import { Identity, serverName } from "../../../etcd/pki/identity.ts";
import { decodeToken, encodeToken, type JoinToken } from "../../../etcd/pki/join-token.ts";
import { writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { failureOf } from "../support/failure.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";
import { cluster, keys, SecureServer } from "../support/secure-server.ts";
import { etcdBinary, freePort } from "../support/server.ts";

setDefaultTimeout(60_000);

const day = 86_400_000;
const rootKey = keys.root;

describe.skipIf(etcdBinary === undefined)("joining", () => {
  let secure: SecureServer;
  let desk: JoinServer;
  let events: JoinServerEvent[] = [];
  beforeAll(async () => {
    secure = await SecureServer.start();
    desk = await startDesk();
  });
  afterAll(async () => {
    await desk.stop();
    await secure[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    events = [];
  });

  function startDesk(more: Partial<JoinServerOptions> = {}): Promise<JoinServer> {
    return JoinServer.start({
      urls: ["https://127.0.0.1:0"],
      authority: secure.authority,
      serverCertificate: secure.certificate,
      client: secure.root,
      rootKey,
      grants: secure.grants,
      onEvent: (event) => events.push(event),
      ...more,
    });
  }

  async function token(more: Partial<TokenOptions> = {}): Promise<JoinToken> {
    const rootCertificate = secure.authority.root;
    return decodeToken(
      await createToken(secure.root, { rootKey, urls: desk.urls, rootCertificate, ...more }),
    );
  }

  /** A node that is yet to join. */
  class Newcomer implements Disposable {
    readonly scratch = new ScratchDirectory();
    readonly directory = this.scratch.at("pki");

    constructor(readonly name: string) {}

    join(by: JoinToken, more: Partial<JoinOptions> = {}): Promise<Joined> {
      return join({
        token: by,
        name: this.name,
        pkiDirectory: this.directory,
        files,
        timeout: 2000,
        ...more,
      });
    }

    get hasWritten(): boolean {
      return existsSync(this.directory);
    }

    [Symbol.dispose](): void {
      this.scratch[Symbol.dispose]();
    }
  }

  test("a server gets all that a server has, and may do what servers do", async () => {
    using node = new Newcomer("s1");
    const joined = await node.join(await token(), { addresses: ["10.1.2.3"] });
    expect(joined).toMatchObject({ name: "s1", role: "server", cluster, endpoints: [secure.url] });
    expect(joined.authority.canSign).toBe(true);
    expect(joined.authority.parts.root.key).toBeUndefined();
    expect(readdirSync(node.directory).sort()).toEqual([
      ...["ca.crt", "client-ca.crt", "client-ca.key", "host.crt", "host.key", "lock"],
      ...["peer-ca.crt", "peer-ca.key", "peer.crt", "peer.key", "server.crt", "server.key"],
    ]);
    expect(Identity.read(node.directory, files)).toEqual(joined.identity);
    for (const pair of ["server", "peer"] as const)
      expect(Identity.read(node.directory, files, {}, pair).addresses).toEqual(
        expect.arrayContaining([serverName, "10.1.2.3"]),
      );
    const client = secure.connect(joined.identity);
    await client.put(keys.schedule("ns"), Buffer.from("s1"));
    const asRoot = secure.connect(await joined.authority.rootClient());
    await asRoot.put("/anything", Buffer.from("1"));
    expect(events).toEqual([{ type: "joined", name: "s1", role: "server", from: "127.0.0.1" }]);
    expect(await readNode(secure.root, rootKey, "s1")).toMatchObject({ role: "server" });
  });

  test("an agent gets a client's certificate, and nothing to sign with", async () => {
    using node = new Newcomer("a1");
    const { role, authority, identity } = await node.join(await token({ role: "agent" }));
    expect([role, authority.canSign]).toEqual(["agent", false]);
    expect(readdirSync(node.directory).sort()).toEqual(["ca.crt", "host.crt", "host.key", "lock"]);
    const client = secure.connect(identity);
    await client.put(keys.convergence("a1"), Buffer.from("true"));
    expect(await failureOf(client.put(keys.schedule("ns"), Buffer.from("a1")))).toMatchObject({
      kind: "permission-denied",
    });
  });

  test("a token for servers lets in agents, one for agents no servers", async () => {
    using node = new Newcomer("a2");
    expect((await node.join(await token(), { role: "agent" })).role).toBe("agent");
    using other = new Newcomer("s2");
    const forAgents = await token({ role: "agent" });
    expect(await failureOf(other.join(forAgents, { role: "server" }))).toMatchObject({ code: "not-allowed" });
    // Also if who joins says otherwise of the token than the cluster.
    const forged = { ...forAgents, role: "server" } as const;
    const failure = await failureOf(other.join(forged));
    expect(failure).toMatchObject({ code: "not-allowed", message: expect.stringContaining("--no-server") });
    expect(other.hasWritten).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: "refused", code: "not-allowed", name: "s2" });
  });

  test("a token for one host is for no other", async () => {
    const forOne = await token({ host: "only" });
    using other = new Newcomer("other");
    const failure = await failureOf(other.join(forOne));
    expect(failure).toMatchObject({ code: "not-allowed", message: expect.stringContaining("only only") });
    using only = new Newcomer("only");
    expect((await only.join(forOne)).name).toBe("only");
  });

  test("a token that is wrong, has expired or was revoked is of no use, and how to get another is told", async () => {
    using node = new Newcomer("late");
    const [right, revoked, brief] = [await token(), await token(), await token({ ttl: 1 })];
    const wrong = { ...right, secret: crypto.getRandomValues(new Uint8Array(32)) };
    const listed = await listTokens(secure.root, rootKey);
    expect(listed.every(({ secondsLeft }) => secondsLeft <= 3600)).toBe(true);
    expect(await revokeToken(secure.root, rootKey, encodeToken(revoked))).toBe(true);
    expect(await revokeToken(secure.root, rootKey, encodeToken(revoked))).toBe(false);
    while ((await listTokens(secure.root, rootKey)).length > listed.length - 2) await Bun.sleep(100);
    for (const each of [wrong, revoked, brief]) {
      const failure = await failureOf(node.join(each));
      expect(failure).toMatchObject({
        code: "unknown-token",
        message: expect.stringContaining("mgmt cluster token"),
      });
    }
    expect(node.hasWritten).toBe(false);
    expect((await node.join(right)).name).toBe("late");
  });

  test("tokens are listed without their secrets, and revoked by the beginning of what they are listed as", async () => {
    const text = await createToken(secure.root, {
      rootKey,
      urls: desk.urls,
      rootCertificate: secure.authority.root,
      role: "agent",
      host: "h9",
      ttl: 100,
    });
    const mine = (await listTokens(secure.root, rootKey)).find(({ host }) => host === "h9");
    expect(mine?.role).toBe("agent");
    expect(mine?.id).toMatch(/^[\da-f]{64}$/);
    expect(mine?.secondsLeft).toBeGreaterThan(90);
    const { entries } = await secure.root.list({ prefix: new ClusterKeys(rootKey).tokens });
    const secret = Buffer.from(decodeToken(text).secret);
    for (const { key, value } of entries)
      for (const encoding of ["hex", "base64", "base64url"] as const)
        expect(`${key} ${Buffer.from(value)}`).not.toContain(secret.toString(encoding));
    expect(await revokeToken(secure.root, rootKey, "")).toBe(false);
    expect(await revokeToken(secure.root, rootKey, mine?.id.slice(0, 12) ?? "")).toBe(true);
    expect((await listTokens(secure.root, rootKey)).some(({ host }) => host === "h9")).toBe(false);
  });

  test("two machines of one name: the second is refused, unless it is to take the place of the first", async () => {
    using first = new Newcomer("twin");
    using second = new Newcomer("twin");
    const any = await token();
    const before = await first.join(any);
    const failure = await failureOf(second.join(any));
    expect(failure).toMatchObject({ code: "name-taken", message: expect.stringContaining("--replace") });
    expect(second.hasWritten).toBe(false);
    const after = await second.join(any, { replace: true });
    expect(events.at(-1)).toMatchObject({ type: "replaced", name: "twin" });
    const record = await readNode(secure.root, rootKey, "twin");
    expect(record?.replaces).toBe(keyId(readCertificates(before.identity.certificate, "")[0]));
    expect(keyId(readCertificates(record?.certificate ?? "", "")[0])).toBe(
      keyId(readCertificates(after.identity.certificate, "")[0]),
    );
  });

  test("who may let in agents only cannot put a server out", async () => {
    using server = new Newcomer("s3");
    await server.join(await token());
    using intruder = new Newcomer("s3");
    const forAgents = await token({ role: "agent" });
    const failure = await failureOf(intruder.join(forAgents, { replace: true }));
    expect(failure).toMatchObject({ code: "not-allowed", message: expect.stringContaining("is a server") });
    using agent = new Newcomer("a3");
    await agent.join(forAgents);
    using other = new Newcomer("a3");
    expect((await other.join(forAgents, { replace: true })).name).toBe("a3");
  });

  test("a node whose answer was lost asks again with the same key, and is let in", async () => {
    using node = new Newcomer("unlucky");
    const { info } = new ClusterKeys(rootKey);
    const entry = await secure.root.get(info);
    await secure.root.delete({ key: info });
    const registered: unknown[] = [];
    const joined = await node.join(await token(), {
      timeout: 30_000,
      async onEvent({ type }) {
        if (type !== "unreachable") return;
        registered.push((await readNode(secure.root, rootKey, "unlucky"))?.joinedAt);
        await secure.root.put(info, entry?.value ?? Buffer.from(""));
      },
    });
    const record = await readNode(secure.root, rootKey, "unlucky");
    expect(registered).toEqual([record?.joinedAt]);
    expect(joined.name).toBe("unlucky");
  });

  test("a node that joins again is known by its key", async () => {
    using node = new Newcomer("again");
    const first = await node.join(await token());
    const joinedAt = (await readNode(secure.root, rootKey, "again"))?.joinedAt;
    const second = await node.join(await token(), { role: "agent" });
    expect(second.identity.key).toBe(first.identity.key);
    expect(second.identity.certificate).not.toBe(first.identity.certificate);
    expect(await readNode(secure.root, rootKey, "again")).toMatchObject({ joinedAt, role: "agent" });
    // It is an agent now.
    expect(
      await failureOf(secure.connect(second.identity).put(keys.schedule("ns"), Buffer.from("x"))),
    ).toMatchObject({ kind: "permission-denied" });
  });

  test("a node that never got the answer is known when it asks again", async () => {
    using node = new Newcomer("interrupted");
    const right = await token();
    const ends = new AbortController();
    const { certificate: cert, key } = secure.certificate;
    // Passes on what is asked, and keeps the answers.
    await using between = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === paths.root) return new Response(secure.authority.root);
        await post(pathname, await request.text());
        ends.abort();
        return new Response("{}");
      },
    });
    const there = { ...right, urls: [`https://127.0.0.1:${between.port}`] };
    expect(await failureOf(node.join(there, { signal: ends.signal }))).toMatchObject({ name: "AbortError" });
    expect(readdirSync(node.directory)).toEqual(["joining.json"]);
    expect(statSync(`${node.directory}/joining.json`).mode & 0o777).toBe(0o600);
    const registered = await readNode(secure.root, rootKey, "interrupted");
    using other = new Newcomer("interrupted");
    expect(await failureOf(other.join(right))).toMatchObject({ code: "name-taken" });
    expect(other.hasWritten).toBe(false);
    // A refusal says nothing of what was before.
    const unknown = { ...right, secret: new Uint8Array(32) };
    expect(await failureOf(node.join(unknown))).toMatchObject({ code: "unknown-token" });
    const { identity } = await node.join(right);
    const record = await readNode(secure.root, rootKey, "interrupted");
    expect([record?.joinedAt, record?.replaces]).toEqual([registered?.joinedAt, undefined]);
    expect(keyId(readCertificates(identity.certificate, "a test")[0])).toBe(
      keyId(readCertificates(registered?.certificate ?? "", "a test")[0]),
    );
    expect(readdirSync(node.directory)).not.toContain("joining.json");
  });

  test("of two that join under one name at once, one does", async () => {
    const any = await token();
    using one = new Newcomer("race");
    using two = new Newcomer("race");
    const results = await Promise.allSettled([one.join(any), two.join(any)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejected = results.find(({ status }) => status === "rejected");
    expect(rejected).toMatchObject({ reason: { code: "name-taken" } });
  });

  test("a node that was removed is let in again as if it had never been", async () => {
    using before = new Newcomer("gone");
    using after = new Newcomer("gone");
    const { identity } = await before.join(await token());
    await removeNode(secure.root, { rootKey, name: "gone", now: Date.now() });
    expect(await failureOf(secure.connect(identity).get(keys.deploys))).toBeInstanceOf(Error);
    await after.join(await token());
    expect((await readNode(secure.root, rootKey, "gone"))?.replaces).toBeUndefined();
  });

  test("the node that makes a cluster registers itself", async () => {
    const { certificate } = await secure.authority.makeHost("first");
    const registration = {
      rootKey,
      name: "first",
      role: "server",
      certificate,
      grants: secure.grants("first", "server"),
      now: Date.now(),
    } as const;
    expect(await registerNode(secure.root, registration)).toBe("new");
    expect(await registerNode(secure.root, registration)).toBe("known");
    using other = new Newcomer("first");
    expect(await failureOf(other.join(await token()))).toMatchObject({ code: "name-taken" });
  });

  test("names that no node can have are refused on both sides", async () => {
    for (const name of ["root", "a/b", ""]) {
      using node = new Newcomer(name);
      expect(await failureOf(node.join(await token()))).toMatchObject({ code: "bad-name" });
    }
    const { secret } = await token();
    const body = {
      secret: Buffer.from(secret).toString("base64url"),
      name: "root",
      role: "agent",
      host: "x",
    };
    expect(await post(paths.join, JSON.stringify(body))).toMatchObject({ status: 400, code: "bad-request" });
  });

  test("another cluster at the address is not told the secret", async () => {
    const told: string[] = [];
    const foreign = await Authority.create();
    const { certificate: cert, key } = await foreign.makeServer([]);
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      async fetch(request) {
        told.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
        return new Response(foreign.root);
      },
    });
    using node = new Newcomer("careful");
    const right = await token();
    const there = `https://127.0.0.1:${server.port}`;
    const failure = await failureOf(node.join({ ...right, urls: [there] }));
    expect(failure).toMatchObject({ code: "wrong-authority", message: expect.stringContaining(there) });
    expect(told).toEqual([`GET ${paths.root} `]);
    expect(node.hasWritten).toBe(false);
    // And one that shows the right certificate, but is somebody else.
    told.length = 0;
    await using liar = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      async fetch(request) {
        told.push(`${request.method} ${await request.text()}`);
        return new Response(secure.authority.root);
      },
    });
    const lied = await failureOf(node.join({ ...right, urls: [`https://127.0.0.1:${liar.port}`] }));
    expect(lied).toMatchObject({ code: "wrong-authority" });
    expect(told).toEqual(["GET "]);
    // Others that the token names are asked all the same.
    expect((await node.join({ ...right, urls: [there, ...right.urls] })).name).toBe("careful");
  });

  test("an agent's certificate does not make a server to join at", async () => {
    using agent = new Newcomer("pretender");
    const { identity } = await agent.join(await token({ role: "agent" }));
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert: identity.certificate, key: identity.key },
      fetch: () => new Response(secure.authority.root),
    });
    using node = new Newcomer("victim");
    const failure = await failureOf(
      node.join({ ...(await token()), urls: [`https://127.0.0.1:${server.port}`] }),
    );
    expect(failure).toMatchObject({ code: "wrong-authority" });
  });

  test("a node that belongs to another cluster stays there", async () => {
    using node = new Newcomer("loyal");
    const other = await Authority.create();
    writePkiFiles(node.directory, { "ca.crt": other.root }, files);
    const failure = await failureOf(node.join(await token()));
    expect(failure).toMatchObject({
      code: "foreign-cluster",
      message: expect.stringContaining("mgmt cluster reset"),
    });
    expect(readFileSync(`${node.directory}/ca.crt`, "utf8")).toBe(other.root);
  });

  test("who cannot be reached is named, and others are tried until the time is over", async () => {
    using node = new Newcomer("patient");
    const nobody = `https://127.0.0.1:${await freePort()}`;
    const right = await token();
    const failure = await failureOf(node.join({ ...right, urls: [nobody] }, { timeout: 100 }));
    expect(failure).toMatchObject({ code: "unreachable", message: expect.stringContaining(nobody) });
    expect(await failureOf(node.join({ ...right, urls: [] }))).toMatchObject({ code: "unreachable" });
    const seen: string[] = [];
    const onEvent = (event: { readonly type: string }): number => seen.push(event.type);
    expect((await node.join({ ...right, urls: [nobody, ...right.urls] }, { onEvent })).name).toBe("patient");
    expect(seen).toEqual(["asking", "unreachable", "asking"]);
  });

  test("a server that comes later is found, and no waiting outlives the signal", async () => {
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    using node = new Newcomer("early");
    const right = { ...(await token()), urls: [url] };
    const failed = Promise.withResolvers<void>();
    const joining = node.join(right, {
      timeout: 30_000,
      onEvent: ({ type }) => type === "unreachable" && failed.resolve(),
    });
    await failed.promise;
    await using later = await startDesk({ urls: [url] });
    expect(later.urls).toEqual([url]);
    expect((await joining).name).toBe("early");
    const ends = new AbortController();
    using other = new Newcomer("impatient");
    const unreached = { ...right, urls: [`https://127.0.0.1:${await freePort()}`] };
    const aborted = other.join(unreached, {
      timeout: 30_000,
      signal: ends.signal,
      onEvent: ({ type }) => type === "unreachable" && ends.abort(),
    });
    expect(await failureOf(aborted)).toMatchObject({ name: "AbortError" });
  });

  test("clocks that differ by more than the certificate is valid are told of", async () => {
    using node = new Newcomer("skewed");
    const any = await token();
    for (const offset of [-30 * day, 400 * day]) {
      const failure = await failureOf(node.join(any, { clock: () => Date.now() + offset }));
      expect(failure).toMatchObject({ code: "clock", message: expect.stringContaining("set the clock") });
    }
    expect(await readNode(secure.root, rootKey, "skewed")).toBeUndefined();
    const future = await Authority.of(secure.authority.parts, { clock: () => Date.now() + 10 * day });
    await using wrong = await startDesk({ serverCertificate: await future.makeServer([]) });
    const failure = await failureOf(node.join({ ...any, urls: wrong.urls }));
    expect(failure).toMatchObject({ code: "clock", message: expect.stringContaining("not valid yet") });
    expect(node.hasWritten).toBe(false);
  });

  test("the listener shows another certificate without a pause for those who join", async () => {
    await using own = await startDesk();
    const { urls } = own;
    own.setServerCertificate(await secure.authority.makeServer(["10.9.9.9"]));
    expect(own.urls).toEqual(urls);
    using node = new Newcomer("changed");
    expect((await node.join({ ...(await token()), urls })).name).toBe("changed");
  });

  test("a certificate that cannot be shown is told of", async () => {
    await using own = await startDesk();
    own.setServerCertificate({ certificate: "nonsense", key: "nonsense" });
    expect(events.at(-1)).toMatchObject({ type: "failed" });
  });

  test("an address that is taken is named", async () => {
    expect(String(await failureOf(startDesk({ urls: desk.urls })))).toContain(desk.urls[0] ?? "none");
  });

  async function post(
    path: string,
    body: string | ReadableStream,
  ): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${desk.urls[0]}${path}`, {
      method: "POST",
      body,
      tls: { ca: secure.authority.root, serverName },
      keepalive: false,
    });
    const text = await response.text();
    return { status: response.status, ...(text.startsWith("{") ? JSON.parse(text) : {}) };
  }

  test("garbage is refused, and does no harm", async () => {
    const { secret } = await token();
    const request = {
      secret: Buffer.from(secret).toString("base64url"),
      name: "g1",
      role: "server",
      host: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
      server: "x",
      peer: "x",
      addresses: ["a b"],
      time: Date.now(),
    };
    const bodies = [
      "",
      "null",
      "[]",
      "{",
      "\0\xff".repeat(1000),
      '{"secret":{}}',
      "[".repeat(30_000),
      JSON.stringify(request),
      JSON.stringify({ ...request, role: "agent" }),
      JSON.stringify({ ...request, addresses: [1] }),
      JSON.stringify({ ...request, server: undefined }),
      JSON.stringify({ ...request, name: { toString: 1 } }),
      JSON.stringify({ ...request, role: "root" }),
      JSON.stringify({ ...request, time: "now" }),
    ];
    for (const path of [paths.join, paths.renew])
      for (const body of bodies)
        expect(await post(path, body)).toMatchObject({ status: 400, code: "bad-request" });
    expect(await post("/v1/other", "")).toMatchObject({ status: 400 });
    expect(await post("/", "")).toMatchObject({ status: 400 });
    expect(await post(paths.join, "x".repeat(longestMessage + 1))).toMatchObject({ status: 413 });
    expect(events.some(({ type }) => type === "failed")).toBe(false);
    expect(await readNode(secure.root, rootKey, "g1")).toBeUndefined();
    using node = new Newcomer("after-garbage");
    expect((await node.join(await token())).name).toBe("after-garbage");
  });

  test("who does not come to an end is let go of", async () => {
    await using hasty = await startDesk({ patience: 1000 });
    const [url = ""] = hasty.urls;
    const endless = new ReadableStream({
      async pull(controller) {
        await Bun.sleep(50);
        controller.enqueue(Buffer.from(" "));
      },
    });
    const started = performance.now();
    const answer = fetch(`${url}${paths.join}`, {
      method: "POST",
      body: endless,
      tls: { ca: secure.authority.root, serverName },
      keepalive: false,
    });
    expect(await answer.then(({ status }) => status).catch(() => 400)).toBe(400);
    expect(performance.now() - started).toBeLessThan(10_000);
    using node = new Newcomer("patient-one");
    expect((await node.join({ ...(await token()), urls: [url] })).name).toBe("patient-one");
  });

  test("what is no TLS at all is let go of", async () => {
    const [url = ""] = desk.urls;
    const closed = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(url).port),
      socket: { data() {}, close: () => closed.resolve(), error: () => closed.resolve() },
    });
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await closed.promise;
    using node = new Newcomer("after-noise");
    expect((await node.join(await token())).name).toBe("after-noise");
  });

  test("something else at the address is no server to join at", async () => {
    const port = await freePort();
    const listening = Promise.withResolvers<void>();
    const server = createServer((socket) => socket.end("220 mail\r\n")).listen(
      port,
      "127.0.0.1",
      listening.resolve,
    );
    await listening.promise;
    using node = new Newcomer("lost");
    const urls = [`https://127.0.0.1:${port}`];
    const failure = await failureOf(node.join({ ...(await token()), urls }, { timeout: 100 }));
    expect(failure).toBeInstanceOf(JoinError);
    expect(failure).toMatchObject({ code: expect.stringMatching(/wrong-authority|unreachable/) });
    server.close();
  });

  test("who guesses is held back, and told so", async () => {
    await using own = await startDesk();
    using node = new Newcomer("guesser");
    const right = { ...(await token()), urls: own.urls };
    const guess = (): JoinToken => ({ ...right, secret: crypto.getRandomValues(new Uint8Array(32)) });
    for (let tries = 0; tries < 10; tries++)
      expect(await failureOf(node.join(guess()))).toMatchObject({ code: "unknown-token" });
    expect(await failureOf(node.join(guess(), { timeout: 100 }))).toMatchObject({ code: "too-many" });
  });

  test("nothing that is told has a secret in it", async () => {
    const any = await token();
    using node = new Newcomer("discreet");
    const told: unknown[] = [];
    await node.join(any, { onEvent: (event) => told.push(event) });
    told.push(await failureOf(node.join({ ...any, secret: any.secret.map((byte) => byte ^ 1) })));
    const text = JSON.stringify([...told, ...events]) + String(told.at(-1));
    for (const encoding of ["hex", "base64", "base64url"] as const)
      expect(text).not.toContain(Buffer.from(any.secret).toString(encoding));
    expect(text).not.toContain("PRIVATE KEY");
  });

  test("others hardly notice when many join at once", async () => {
    using writer = new Newcomer("writer");
    const { identity } = await writer.join(await token({ role: "agent" }));
    const client = secure.connect(identity);
    const ends = new AbortController();
    const writing = (async () => {
      let slowest = 0;
      while (!ends.signal.aborted) {
        const began = performance.now();
        await client.put(keys.convergence("writer"), Buffer.from("true"));
        slowest = Math.max(slowest, performance.now() - began);
      }
      return slowest;
    })();
    const any = await token();
    using scratch = new ScratchDirectory();
    const names = Array.from({ length: 25 }, (_, index) => `many${index}`);
    const joined = names.map((name) =>
      join({ token: any, name, pkiDirectory: scratch.at(name), files, timeout: 30_000 }),
    );
    expect((await Promise.all(joined)).map(({ name }) => name)).toEqual(names);
    ends.abort();
    expect(await writing).toBeLessThan(2000);
    expect(events.filter(({ type }) => type !== "joined")).toEqual([]);
  });

  test("a cluster that has no store for the moment says so, and lets in later", async () => {
    using node = new Newcomer("meanwhile");
    const any = await token();
    secure.server.suspend();
    const seen = Promise.withResolvers<string>();
    const joining = node.join(any, {
      timeout: 60_000,
      onEvent: (event) => event.type === "unreachable" && seen.resolve(event.reason),
    });
    expect(await seen.promise).toContain("cannot let anybody in at the moment");
    secure.server.resume();
    expect((await joining).name).toBe("meanwhile");
  });
});
