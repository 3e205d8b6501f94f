import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { ClusterKeys } from "../../../etcd/cluster-keys.ts";
import { JoinServer } from "../../../etcd/join/join-server.ts";
import { registerNode, removeNode, revokeCertificates } from "../../../etcd/join/registry.ts";
import { renew } from "../../../etcd/join/renewal.ts";
import { Standing } from "../../../etcd/node/standing.ts";
import { readCertificates, serialOf } from "../../../etcd/pki/certificates.ts";
import { Identity } from "../../../etcd/pki/identity.ts";
import { writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { readRevocationList } from "../../../etcd/pki/revocation-list.ts";
import { RevocationLists } from "../../../etcd/revocation/lists.ts";
import { issuanceOf } from "../../../etcd/revocation/records.ts";
import { reportCertificates } from "../../../etcd/revocation/report.ts";
import { cutConnections } from "../../../src/os/cut-connections.ts";
import { until } from "../../support/until.ts";
import { failureOf } from "../support/failure.ts";
import { Followed } from "../support/followed.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";
import { keys, SecureServer } from "../support/secure-server.ts";
import { etcdBinary } from "../support/server.ts";

setDefaultTimeout(60_000);

const rootKey = keys.root;
const clusterKeys = new ClusterKeys(rootKey);
const day = 86_400_000;
const serial = ({ certificate }: { readonly certificate: string }): string =>
  serialOf(readCertificates(certificate, "a test")[0]);

describe.skipIf(etcdBinary === undefined)("revocation", () => {
  let secure: SecureServer;
  const ends = new AbortController();
  let cuts = 0;
  beforeAll(async () => {
    secure = await SecureServer.start();
    await secure.keepRevocations(ends.signal, () => {
      cuts += cutConnections(secure.server.pid, [Number(new URL(secure.url).port)]);
    }).isCurrent;
  });
  afterAll(async () => {
    ends.abort();
    await secure[Symbol.asyncDispose]();
  });

  /** A machine that has joined. */
  class Machine implements Disposable {
    readonly scratch = new ScratchDirectory();
    readonly directory = this.scratch.at("pki");

    constructor(
      readonly name: string,
      readonly identity: Identity,
    ) {
      const { certificate, key, root } = identity;
      writePkiFiles(this.directory, { "ca.crt": root, "host.crt": certificate, "host.key": key }, files);
    }

    static async join(name: string, replace = false): Promise<Machine> {
      const made = await secure.authority.makeHost(name);
      await registerNode(secure.root, {
        ...({ rootKey, name, role: "agent", replace } as const),
        grants: secure.grants(name, "agent"),
        certificate: made.certificate,
        now: Date.now(),
      });
      return new Machine(name, Identity.of(made, secure.authority.root, "a test"));
    }

    get key(): string {
      return keys.convergence(this.name);
    }

    /** By a connection of its own. @returns whether it may write */
    async mayWrite(identity = this.identity): Promise<boolean> {
      const client = secure.connect(identity, 1000);
      try {
        await client.put(this.key, Buffer.from("true"));
        return true;
      } catch {
        return false;
      } finally {
        client.close();
      }
    }

    [Symbol.dispose](): void {
      this.scratch[Symbol.dispose]();
    }
  }

  const isRevoked = async (machine: Machine): Promise<boolean> =>
    (await secure.lists.read("client"))?.revoked.some((each) => each.serial === serial(machine.identity)) ===
    true;

  test("who was replaced can do nothing any more, by no connection; who replaced it can", async () => {
    using old = await Machine.join("h1");
    const client = secure.connect(old.identity, 1000);
    await client.put(old.key, Buffer.from("true"));
    const followed = new Followed(client, { prefix: keys.strings });
    await until("it is told", async () => {
      await secure.root.put(keys.string("a"), Buffer.from("1"));
      return followed.entries.size > 0;
    });
    using next = await Machine.join("h1", true);
    await until("it is on the list", () => isRevoked(old));
    await until("the others have been cut off", () => cuts > 0);
    expect(await failureOf(client.put(old.key, Buffer.from("false")))).toBeInstanceOf(Error);
    expect(await old.mayWrite()).toBe(false);
    expect(await next.mayWrite()).toBe(true);
    await secure.root.put(keys.string("secret"), Buffer.from("2"));
    expect(await next.mayWrite()).toBe(true);
    expect([...followed.entries.keys()]).not.toContain(keys.string("secret"));
    followed.end();
  });

  test("renewal revokes nothing, and all certificates there have been go with the node", async () => {
    await using desk = await JoinServer.start({
      urls: ["https://127.0.0.1:0"],
      authority: secure.authority,
      serverCertificate: secure.certificate,
      client: secure.root,
      rootKey,
      grants: secure.grants,
    });
    using machine = await Machine.join("h2");
    const options = { pkiDirectory: machine.directory, files, joinUrls: () => desk.urls };
    const all = [machine.identity];
    for (let count = 0; count < 3; count++) all.push(await renew("host", options));
    for (const identity of all) expect(await machine.mayWrite(identity)).toBe(true);
    const removal = { rootKey, name: "h2", now: Date.now() };
    const revoked = await removeNode(secure.root, removal);
    expect(revoked.map((each) => each.serial).sort()).toEqual(all.map(serial).sort());
    await until("it is on the list", () => isRevoked(machine));
    for (const identity of all) expect(await machine.mayWrite(identity)).toBe(false);
    expect(await failureOf(renew("host", options))).toMatchObject({
      code: "revoked",
      message: expect.stringMatching(/h2 has been removed.*--replace/),
    });
    expect(await removeNode(secure.root, removal)).toEqual([]);
    expect(await secure.root.keys({ prefix: clusterKeys.issuancesTo("h2") })).toEqual([]);
  });

  test("a key that somebody else may have is of no use, until its node joins again", async () => {
    using machine = await Machine.join("h3");
    expect(await revokeCertificates(secure.root, { rootKey, name: "h3", now: Date.now() })).toHaveLength(1);
    await until("it is on the list", () => isRevoked(machine));
    expect(await machine.mayWrite()).toBe(false);
    using again = await Machine.join("h3", true);
    expect(await again.mayWrite()).toBe(true);
  });

  test("a server's own certificates are known, and revoked with it", async () => {
    const name = "s1";
    using scratch = new ScratchDirectory();
    const host = await secure.authority.makeHost(name);
    const [server, peer] = [await secure.authority.makeServer([]), await secure.authority.makePeer([])];
    const contents = { "ca.crt": secure.authority.root, "host.crt": host.certificate, "host.key": host.key };
    const pairs = { "server.crt": server.certificate, "peer.crt": peer.certificate };
    writePkiFiles(scratch.at("pki"), { ...contents, ...pairs }, files);
    const registration = {
      ...({ rootKey, name, role: "server", replace: true } as const),
      grants: secure.grants(name, "server"),
      now: Date.now(),
    };
    await registerNode(secure.root, { ...registration, certificate: host.certificate });
    const report = { client: secure.root, rootKey, name, pkiDirectory: scratch.at("pki"), files };
    await reportCertificates({ ...report, now: Date.now() });
    await reportCertificates({ ...report, now: Date.now() });
    const issued = [
      issuanceOf(host.certificate, "client"),
      issuanceOf(server.certificate, "client"),
      issuanceOf(peer.certificate, "peer"),
    ];
    const found = await secure.root.keys({ prefix: clusterKeys.issuancesTo(name) });
    expect(found).toEqual(issued.map((each) => clusterKeys.issuance(name, each.serial)).sort());
    await registerNode(secure.root, {
      ...registration,
      certificate: (await secure.authority.makeHost(name)).certificate,
    });
    await until("the lists are longer", async () => {
      const listed = await secure.lists.read("peer");
      return listed?.revoked.some((each) => each.serial === serial(peer)) === true;
    });
    const clients = (await secure.lists.read("client"))?.revoked.map((each) => each.serial) ?? [];
    expect(clients).toEqual(expect.arrayContaining([serial(host), serial(server)]));
    // It is somebody else now, who has nothing to tell of that name.
    await reportCertificates({ ...report, now: Date.now() });
    expect(await secure.root.keys({ prefix: clusterKeys.issuancesTo(name) })).toHaveLength(1);
  });

  test("nothing that was revoked is trusted again, though the store has forgotten it", async () => {
    using machine = await Machine.join("h4");
    await removeNode(secure.root, { rootKey, name: "h4", now: Date.now() });
    await until("it is on the list", () => isRevoked(machine));
    await secure.root.delete({ prefix: clusterKeys.revocations });
    using another = await Machine.join("h5");
    await removeNode(secure.root, { rootKey, name: "h5", now: Date.now() });
    await until("the other one is on the list", () => isRevoked(another));
    expect(await isRevoked(machine)).toBe(true);
    const later = new AbortController();
    await secure.keepRevocations(later.signal).isCurrent;
    const key = clusterKeys.revocation(serial(machine.identity));
    await until("the store knows it again", async () => (await secure.root.get(key)) !== undefined);
    later.abort();
    await secure.server.kill();
    await secure.server.restart();
    expect([await machine.mayWrite(), await another.mayWrite()]).toEqual([false, false]);
  });

  test("a node learns from the cluster why it is not trusted any more", async () => {
    await using desk = await JoinServer.start({
      urls: ["https://127.0.0.1:0"],
      authority: secure.authority,
      serverCertificate: secure.certificate,
      client: secure.root,
      rootKey,
      grants: secure.grants,
    });
    for (const [name, deed, words] of [
      ["h6", () => removeNode(secure.root, { rootKey, name: "h6", now: Date.now() }), /has been removed/],
      ["h7", async () => (await Machine.join("h7", true))[Symbol.dispose](), /taken the place of this one/],
    ] as const) {
      using machine = await Machine.join(name);
      const good = Promise.withResolvers<void>();
      const standing = new Standing({
        ...{ client: secure.connect(machine.identity, 1000), isRoot: false, rootKey, name },
        identity: () => machine.identity,
        joinUrls: () => desk.urls,
      });
      const over = new AbortController();
      const watching = standing.watch(over.signal, () => good.resolve());
      await good.promise;
      await deed();
      expect((await watching)?.message).toMatch(words);
      over.abort();
    }
  });

  test("lists are made anew in time, and when they are damaged or missing", async () => {
    using scratch = new ScratchDirectory();
    writePkiFiles(scratch.at("pki"), secure.authority.contents(), files);
    const lists = new RevocationLists(secure.authority, scratch.at("pki"), files);
    await lists.prepare();
    const path = lists.pathOf("peer");
    const revoked = [{ serial: "4a00ff", at: Date.UTC(2026, 1, 1) }];
    expect(await lists.update("peer", revoked, Date.now())).toBe(true);
    const bytes = readFileSync(path);
    expect(await lists.update("peer", revoked, Date.now() + 15 * day)).toBe(false);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(await lists.update("peer", revoked, Date.now() + 21 * day)).toBe(false);
    expect(readFileSync(path).equals(bytes)).toBe(false);
    expect((await lists.read("peer"))?.revoked).toEqual(revoked);
    const { client } = secure.authority.parts;
    expect(
      await failureOf(readRevocationList(readFileSync(path), client?.certificate ?? "", path)),
    ).toMatchObject({ code: "damaged" });
    writeFileSync(path, "nonsense");
    await lists.prepare();
    expect((await lists.read("peer"))?.revoked).toEqual([]);
    rmSync(path);
    await lists.prepare();
    expect((await lists.read("peer"))?.revoked).toEqual([]);
  });
});
