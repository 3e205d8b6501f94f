import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { JoinServer } from "../../etcd/join/join-server.ts";
import { registerNode } from "../../etcd/join/registry.ts";
import { Authority } from "../../etcd/pki/authority.ts";
import { keyId, readCertificates } from "../../etcd/pki/certificates.ts";
import { Identity } from "../../etcd/pki/identity.ts";
import { writePkiFiles } from "../../etcd/pki/pki-files.ts";
import { files } from "../etcd/support/scratch-directory.ts";
import { keys, SecureServer } from "../etcd/support/secure-server.ts";
import { withEtcd } from "../etcd/support/server.ts";
import { withPrograms } from "../support/needs.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

setDefaultTimeout(60_000);

test("mgmt pki init makes an authority and what each host needs, and adds to it later", async () => {
  using scratch = new Scratch();
  const call = { cwd: scratch.path };
  const words = ["pki", "init", "--dir", "site"];
  const first = await mgmt(
    [...words, "--host", "s1=10.0.0.1,s1.example", "--host", "s2", "--address", "vip.example"],
    call,
  );
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(first.stdout).toContain(`${scratch.at("site")}/s1/pki\n`);
  expect(scratch.list("site")).toEqual(["ca", "s1", "s2"]);
  expect(scratch.list("site/ca").filter((name) => name !== "lock")).toEqual(
    ["ca", "client-ca", "peer-ca"].flatMap((name) => [`${name}.crt`, `${name}.key`]),
  );
  expect(scratch.list("site/s1/pki")).not.toContain("ca.key");
  for (const name of ["site/ca", "site/s1/pki"]) expect(scratch.mode(name)).toBe(0o700);
  for (const name of ["site/ca/ca.key", "site/s1/pki/host.key"]) expect(scratch.mode(name)).toBe(0o600);
  const server = Identity.read(scratch.at("site/s1/pki"), files, {}, "server");
  expect(server.addresses).toEqual(expect.arrayContaining(["s1", "10.0.0.1", "s1.example", "vip.example"]));
  expect(Identity.read(scratch.at("site/s2/pki"), files).name).toBe("s2");

  const again = await mgmt([...words, "--host", "s1"], call);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("s1/pki/host.crt already");
  expect(await mgmt([...words, "--host", "s3"], call)).toMatchObject({ status: 0 });
  expect(Identity.read(scratch.at("site/s3/pki"), files).root).toBe(server.root);
});

for (const [words, status, told] of [
  [["pki", "init"], 2, "name the hosts, with --host"],
  [["pki", "init", "s1"], 2, "is too much; hosts are named with --host"],
  [["pki", "init", "--host", "root"], 1, "no node can be called"],
  [["pki", "init", "--host", "a/b"], 1, "no node can be called"],
  [["pki", "init", "--host", "s1=a b"], 1, "neither the name of a machine nor an IP address"],
  [["pki", "shwo"], 2, "did you mean mgmt pki show?"],
  [["pki", "show", "--dri", "x"], 2, "did you mean --dir?"],
  [["pki", "show", "--dir", "none"], 1, "there are no certificates in"],
  [["pki", "import", "--ca", "none"], 1, "could not read none"],
  [["pki", "import"], 2, "name a file with --ca"],
  [["pki", "renew", "--prefix", "none"], 1, "there is no root certificate"],
] as const) {
  test(`mgmt ${words.join(" ")} says what is wrong`, async () => {
    using scratch = new Scratch();
    const result = await mgmt(words, { cwd: scratch.path });
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: "" });
    expect(result.stderr).toContain(told);
    expect(scratch.list()).toEqual([]);
  });
}

test("help is there for all of it", async () => {
  const { status, stdout } = await mgmt(["pki", "--help"]);
  expect(status).toBe(0);
  for (const word of ["show", "renew", "init", "import"]) {
    expect(stdout).toContain(`  ${word}`);
    expect((await mgmt(["pki", word, "--help"])).stdout).toContain(`Usage: mgmt pki ${word}`);
  }
});

test("mgmt pki show tells what can be used, and what cannot", async () => {
  using scratch = new Scratch();
  expect((await mgmt(["pki", "init", "--dir", "site", "--host", "s1"], { cwd: scratch.path })).status).toBe(
    0,
  );
  cpSync(scratch.at("site/s1"), scratch.prefix, { recursive: true });
  const show = () => mgmt(["pki", "show"], { env: { MGMT_PREFIX: scratch.prefix } });
  const good = await show();
  expect(good).toMatchObject({ status: 0, stderr: "" });
  const lines = good.stdout.split("\n").map((line) => line.split(/ {2,}/));
  expect(lines.map(([file]) => file)).toEqual([
    ...["FILE", "ca.crt", "client-ca.crt", "peer-ca.crt", "host.crt", "server.crt", "peer.crt"],
    ...["", expect.stringMatching(/^root SHA-256 [\da-f]{64}$/), ""],
  ]);
  expect(lines[1]?.at(-1)).toBe("good");
  expect(lines[2]?.at(-1)).toBe("good, with its key");
  expect(lines[4]?.[1]).toBe("s1");
  expect(lines[4]?.at(-1)).toMatch(/^good, renewed from \d{4}-\d\d-\d\d on$/);
  expect(good.stdout).not.toContain("PRIVATE");

  chmodSync(`${scratch.prefix}/pki/host.key`, 0o644);
  expect((await show()).stderr).toContain("others could read the key");
  const other = await Authority.create();
  const old = await Authority.create({ clock: () => Date.now() - 370 * 86_400_000 });
  const expired = await old.makePeer([]);
  writePkiFiles(`${scratch.prefix}/pki`, { "server.key": (await other.makeServer([])).key }, files);
  writePkiFiles(`${scratch.prefix}/pki`, { "peer.crt": expired.certificate, "peer.key": expired.key }, files);
  rmSync(`${scratch.prefix}/pki/host.key`);
  const bad = await show();
  expect(bad.status).toBe(1);
  expect(bad.stdout).toMatch(/^host.crt .* incomplete$/m);
  expect(bad.stdout).toMatch(/^server.crt .* not of its key$/m);
  expect(bad.stdout).toMatch(/^peer.crt .* of another authority$/m);
  expect(bad.stderr.trimEnd().split("\n")).toHaveLength(3);
});

withPrograms("openssl")("mgmt pki import takes in what belongs together, in any form of key", async () => {
  using scratch = new Scratch();
  const openssl = (...words: readonly string[]): void => {
    const { success, stderr } = Bun.spawnSync(["openssl", ...words], { cwd: scratch.path });
    if (!success) throw new Error(stderr.toString());
  };
  const request = ["req", "-newkey", "rsa:2048", "-nodes"];
  openssl(...request, "-x509", "-days", "9", "-subj", "/CN=own", "-keyout", "ca.key", "-out", "ca.pem");
  openssl(...request, "-subj", "/CN=app", "-keyout", "app.key", "-out", "app.csr");
  openssl(
    "x509",
    "-req",
    "-in",
    "app.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-out",
    "app.pem",
  );
  openssl("rsa", "-in", "app.key", "-traditional", "-out", "app-old.key");
  openssl("rsa", "-in", "app.key", "-aes256", "-passout", "pass:x", "-out", "app-closed.key");
  openssl(
    ...request,
    "-x509",
    "-days",
    "9",
    "-subj",
    "/CN=other",
    "-keyout",
    "other.key",
    "-out",
    "other.pem",
  );
  const take = (ca: string, cert: string, key: string, ...more: readonly string[]) =>
    mgmt(["pki", "import", "--prefix", scratch.prefix, "--ca", ca, "--cert", cert, "--key", key, ...more], {
      cwd: scratch.path,
    });
  for (const [ca, cert, key, told] of [
    ["ca.pem", "app.pem", "other.key", "not that of the certificate in app.pem"],
    ["other.pem", "app.pem", "app.key", "does not lead to the one of --ca"],
    ["ca.pem", "app.key", "app.key", "no complete certificate in app.key"],
    ["ca.pem", "app.pem", "app-closed.key", "has a passphrase"],
    ["ca.pem", "app.pem", "app.pem", "no private key"],
  ] as const) {
    const { status, stderr } = await take(ca, cert, key);
    expect([status, stderr]).toEqual([1, expect.stringContaining(told)]);
    expect(scratch.has("prefix/pki")).toBe(false);
  }
  const taken = await take("ca.pem", "app.pem", "app-old.key", "--server-name", "etcd.example");
  expect(taken).toMatchObject({ status: 0, stderr: "" });
  const identity = Identity.read(`${scratch.prefix}/pki`, files);
  expect([identity.name, identity.tls.serverName]).toEqual(["app", "etcd.example"]);
  expect((await take("ca.pem", "app.pem", "app.key")).stderr).toContain("--replace");
  expect((await take("ca.pem", "app.pem", "app.key", "--replace")).status).toBe(0);
  expect(Identity.read(`${scratch.prefix}/pki`, files).tls).not.toHaveProperty("serverName");
  expect((await mgmt(["pki", "show", "--prefix", scratch.prefix])).status).toBe(0);
});

withEtcd("mgmt pki renew renews what a server has, and names what it cannot", async () => {
  await using secure = await SecureServer.start();
  await using desk = await JoinServer.start({
    urls: ["https://127.0.0.1:0"],
    authority: secure.authority,
    serverCertificate: secure.certificate,
    client: secure.root,
    rootKey: keys.root,
    grants: secure.grants,
  });
  using scratch = new Scratch();
  const directory = `${scratch.prefix}/pki`;
  const [host, server] = [await secure.authority.makeHost("s1"), await secure.authority.makeServer([])];
  const own = { "host.crt": host.certificate, "host.key": host.key };
  const listener = { "server.crt": server.certificate, "server.key": server.key };
  writePkiFiles(directory, { ...secure.authority.contents(false), ...own, ...listener }, files);
  await registerNode(secure.root, {
    ...{ rootKey: keys.root, name: "s1", role: "server", grants: secure.grants("s1", "server") },
    certificate: host.certificate,
    now: Date.now(),
  });
  const renew = (...words: readonly string[]) => mgmt(["pki", "renew", "--prefix", scratch.prefix, ...words]);
  const done = await renew("--join-url", desk.urls[0] ?? "", "--address", "10.3.3.3");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout.trimEnd().split("\n")).toHaveLength(2);
  const id = (certificate: string): string => keyId(readCertificates(certificate, "")[0]);
  const renewed = Identity.read(directory, files);
  expect(id(renewed.certificate)).not.toBe(id(host.certificate));
  expect(Identity.read(directory, files, {}, "server").addresses).toContain("10.3.3.3");
  const lost = await renew();
  expect(lost.status).toBe(1);
  expect(lost.stderr).toContain("host.crt: there is no server to ask");
  expect(lost.stdout).toStartWith("server.crt is good until");
});
