import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { grantNode, setUpAccess } from "../../../etcd/access/access.ts";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import {
  addressesOf,
  commonName,
  keyId,
  leadsTo,
  readCertificates,
  validity,
} from "../../../etcd/pki/certificates.ts";
import { Identity, serverName } from "../../../etcd/pki/identity.ts";
import { makeKey, makeRequest } from "../../../etcd/pki/keys.ts";
import { pkiFilesOf, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { nodeGrants, serverGrants } from "../../../src/world/etcd-grants.ts";
import { EtcdKeys } from "../../../src/world/etcd-keys.ts";
import { withPrograms } from "../../support/needs.ts";
import { failureOf } from "../support/failure.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";
import { etcdBinary, freePort, withEtcd } from "../support/server.ts";

setDefaultTimeout(60_000);

const day = 86_400_000;

test("certificates lead to the root, and say what they are for", async () => {
  const authority = await Authority.create();
  const [root] = readCertificates(authority.root, "root");
  const host = await authority.makeHost("h1");
  const server = await authority.makeServer(["10.0.0.1", "[2001:db8::0:1]", "::1", "h1.example"]);
  const peer = await authority.makePeer(["10.0.0.1"]);
  for (const { certificate, key } of [host, server, peer, await authority.rootClient()]) {
    const chain = readCertificates(certificate, "chain");
    expect(chain).toHaveLength(2);
    expect(leadsTo(chain, root)).toBe(true);
    expect(Identity.of({ certificate, key }, authority.root, "here").certificate).toBe(certificate);
  }
  const [leaf] = readCertificates(host.certificate, "host");
  expect([commonName(leaf), addressesOf(leaf)]).toEqual(["h1", []]);
  const [listener] = readCertificates(server.certificate, "server");
  expect(commonName(listener)).toBeUndefined();
  expect(addressesOf(listener)).toEqual([
    serverName,
    "localhost",
    "127.0.0.1",
    "::1",
    "10.0.0.1",
    "2001:db8::1",
    "h1.example",
  ]);
  const { from, to } = validity(leaf);
  expect(Date.now() - from).toBeGreaterThan(4 * 60_000);
  expect(Math.round((to - Date.now()) / day)).toBe(365);
  expect(Math.round((validity(root).to - Date.now()) / day)).toBe(3650);
});

test("what was asked for is issued for the key of the request, and for no other", async () => {
  const authority = await Authority.create();
  const { key } = await makeKey();
  const certificate = await authority.issueHost(await makeRequest(key), "h1");
  expect(Identity.of({ certificate, key }, authority.root, "here").name).toBe("h1");
  expect(keyId(readCertificates(certificate, "")[0])).not.toBe(
    keyId(readCertificates(authority.root, "")[0]),
  );
  const request = await makeRequest(key);
  const forged = Buffer.from(request.replace(/-----.*-----|\n/g, ""), "base64");
  forged[forged.length - 5] = (forged[forged.length - 5] ?? 0) ^ 1;
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${forged.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  expect(String(await failureOf(authority.issueHost(pem, "h1")))).toContain("not signed with the key");
  for (const bad of [
    "",
    "nonsense",
    "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
  ])
    expect(await failureOf(authority.issueServer(bad, []))).toMatchObject({ code: "damaged" });
});

withPrograms("openssl")("requests for other kinds of keys are refused", async () => {
  const authority = await Authority.create();
  using scratch = new ScratchDirectory();
  for (const kind of [["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]]) {
    const words = ["req", "-newkey", ...kind, "-nodes", "-subj", "/CN=h1", "-keyout", scratch.at("key")];
    const { stdout } = Bun.spawnSync(["openssl", ...words]);
    const failure = await failureOf(authority.issueHost(stdout.toString(), "h1"));
    expect(failure).toMatchObject({ code: "damaged", message: expect.stringContaining("ECDSA P-256") });
  }
});

test("nobody is called like who may do everything, or like two parts of a key", async () => {
  const authority = await Authority.create();
  for (const name of ["root", "", "a/b", "..", "-a", "h1\nCN=root", "x".repeat(65), "é", "a%2Fb"])
    expect(await failureOf(authority.makeHost(name))).toMatchObject({ code: "bad-name" });
  for (const address of ["a b", "a/b", "", "https://h1"])
    expect(await failureOf(authority.makeServer([address]))).toMatchObject({ code: "bad-name" });
});

test("an authority is the same after it was written, as far as it was", async () => {
  const authority = await Authority.create();
  using scratch = new ScratchDirectory();
  authority.save(scratch.at("all"), files);
  authority.save(scratch.at("off-line"), files, false);
  const loaded = await Authority.load(scratch.at("all"), files);
  expect(loaded.parts).toEqual(authority.parts);
  const offLine = await Authority.load(scratch.at("off-line"), files);
  expect([offLine.canSign, offLine.parts.root.key]).toEqual([true, undefined]);
  expect(statSync(scratch.at("all")).mode & 0o777).toBe(0o700);
  expect(statSync(scratch.at("all", "client-ca.key")).mode & 0o777).toBe(0o600);
  writePkiFiles(scratch.at("agent"), { "ca.crt": authority.root }, files);
  const agent = await Authority.load(scratch.at("agent"), files);
  expect(agent.canSign).toBe(false);
  expect(await failureOf(agent.rootClient())).toMatchObject({ code: "cannot-sign" });
});

test("parts that do not belong together are refused", async () => {
  const [one, other] = [await Authority.create(), await Authority.create()];
  const load = async (contents: Readonly<Record<string, string>>): Promise<unknown> => {
    using scratch = new ScratchDirectory();
    writePkiFiles(scratch.at("pki"), contents, files);
    return await failureOf(Authority.load(scratch.at("pki"), files));
  };
  const all = one.contents();
  const { "ca.crt": _, ...rootless } = all;
  expect(await load(rootless)).toMatchObject({ code: "missing" });
  expect(await load({ ...all, "ca.crt": other.root })).toMatchObject({ code: "mismatch" });
  expect(await load({ ...all, "client-ca.crt": other.parts.client?.certificate ?? "" })).toMatchObject({
    code: "foreign",
  });
  expect(await load({ ...all, "peer-ca.key": other.parts.peer?.key ?? "" })).toMatchObject({
    code: "mismatch",
  });
  expect(await load({ ...all, "peer-ca.crt": all["peer-ca.crt"]?.slice(0, 200) ?? "" })).toMatchObject({
    code: "damaged",
  });
});

test("nothing is valid longer than what signed it, and nothing is signed after that", async () => {
  const old = await Authority.create({ clock: () => Date.now() - 3500 * day });
  const { parts } = old;
  const late = await Authority.of(parts);
  const { certificate } = await late.makeHost("h1");
  const [leaf, signer] = readCertificates(certificate, "");
  expect(validity(leaf).to).toBe(validity(signer ?? leaf).to);
  const tooLate = await Authority.of(parts, { clock: () => Date.now() + 200 * day });
  expect(await failureOf(tooLate.makeHost("h1"))).toMatchObject({ code: "expired" });
});

withEtcd("three members over TLS take each other for what they are, and nobody else", async () => {
  const authority = await Authority.create();
  using scratch = new ScratchDirectory();
  const names = ["m1", "m2", "m3"];
  const members = await Promise.all(
    names.map(async (name) => ({
      name,
      client: `https://127.0.0.1:${await freePort()}`,
      peer: `https://127.0.0.1:${await freePort()}`,
    })),
  );
  const running: Bun.Subprocess[] = [];
  const clients: EtcdClient[] = [];
  const connect = (
    endpoints: readonly string[],
    identity: { readonly certificate: string; readonly key: string },
  ) => {
    const client = new EtcdClient({
      endpoints,
      tls: { authority: authority.root, serverName, ...identity },
      timeout: 5000,
    });
    clients.push(client);
    return client;
  };
  const [agent, peer, root] = [
    await authority.makeHost("h1"),
    await authority.makePeer([]),
    await authority.rootClient(),
  ];
  try {
    for (const { name, client, peer: peerUrl } of members) {
      const [own, asPeer] = [await authority.makeServer([]), await authority.makePeer([])];
      writePkiFiles(
        scratch.at(name),
        {
          ...authority.contents(false),
          "server.crt": own.certificate,
          "server.key": own.key,
          "peer.crt": asPeer.certificate,
          "peer.key": asPeer.key,
        },
        files,
      );
      const paths = pkiFilesOf(scratch.at(name));
      const log = Bun.file(scratch.at(`${name}.log`));
      running.push(
        Bun.spawn(
          [
            etcdBinary ?? "etcd",
            ...["--name", name, "--data-dir", scratch.at(`${name}.data`), "--logger", "zap"],
            ...["--initial-cluster", members.map((each) => `${each.name}=${each.peer}`).join(",")],
            ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
            ...["--listen-client-urls", client, "--advertise-client-urls", client],
            ...["--cert-file", paths.server.certificate, "--key-file", paths.server.key],
            ...["--client-cert-auth", "--trusted-ca-file", paths.clientAuthority.certificate],
            ...["--peer-cert-file", paths.peer.certificate, "--peer-key-file", paths.peer.key],
            ...["--peer-client-cert-auth", "--peer-trusted-ca-file", paths.peerAuthority.certificate],
          ],
          { cwd: scratch.path, stdio: ["ignore", log, log] },
        ),
      );
    }
    const all = connect(
      members.map(({ client }) => client),
      root,
    );
    for (const end = Date.now() + 30_000; ; ) {
      const failure = await all.put("/a", Buffer.from("1")).catch((error: unknown) => error);
      if (typeof failure === "bigint") break;
      if (Date.now() > end) throw failure;
    }
    for (const { client } of members) expect((await connect([client], root).get("/a"))?.key).toBe("/a");

    const keys = new EtcdKeys();
    await setUpAccess(all, serverGrants(keys));
    await grantNode(all, "h1", "agent", nodeGrants(keys, "h1", "agent"));
    for (const { client } of members) {
      const asAgent = connect([client], agent);
      await asAgent.put(keys.convergence("h1"), Buffer.from("true"));
      expect(await failureOf(asAgent.get("/a"))).toMatchObject({ kind: "permission-denied" });
    }

    const [first] = members;
    if (first === undefined) throw new Error("no member");
    const asPeer = connect([first.client], peer);
    expect(await failureOf(asPeer.get("/a"))).toMatchObject({
      kind: expect.stringMatching(/untrusted|unreachable/),
    });
    const ask = async (identity: { readonly certificate: string; readonly key: string }): Promise<string> => {
      try {
        const tls = { ca: authority.root, cert: identity.certificate, key: identity.key, serverName };
        return String((await fetch(`${first.peer}/version`, { tls, keepalive: false })).status);
      } catch {
        return "refused";
      }
    };
    expect(await ask(peer)).toBe("200");
    for (const identity of [agent, root]) expect(await ask(identity)).toBe("refused");
  } finally {
    for (const client of clients) client.close();
    for (const each of running) each.kill("SIGKILL");
    await Promise.all(running.map(({ exited }) => exited));
  }
});
