import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { grantNode, revokeNode, setUpAccess } from "../../../etcd/access/access.ts";
import { Auth } from "../../../etcd/client/auth.ts";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { AuthClient } from "../../../etcd/client/etcd3.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import type { Role } from "../../../etcd/pki/role.ts";
import { nodeGrants, serverGrants } from "../../../src/world/etcd-grants.ts";
import { failureOf } from "../support/failure.ts";
import { keys, SecureServer } from "../support/secure-server.ts";
import { etcdBinary } from "../support/server.ts";

setDefaultTimeout(60_000);

const value = Buffer.from("value");

/** What becomes of reading and writing a key. */
async function rights(client: EtcdClient, key: string): Promise<string> {
  const kind = async (work: Promise<unknown>, right: string): Promise<string> => {
    try {
      await work;
      return right;
    } catch (error) {
      expect(error).toMatchObject({ kind: "permission-denied" });
      return "-";
    }
  };
  return `${await kind(client.get(key), "r")}${await kind(client.put(key, value), "w")}`;
}

describe.skipIf(etcdBinary === undefined)("users by certificate", () => {
  let secure: SecureServer;
  beforeAll(async () => {
    secure = await SecureServer.start();
  });
  afterAll(async () => {
    await secure[Symbol.asyncDispose]();
  });

  const admit = async (name: string, role: Role): Promise<EtcdClient> => {
    await grantNode(secure.root, name, role, nodeGrants(keys, name, role));
    return secure.connect(await secure.authority.makeHost(name));
  };

  test("each node writes what is its own, and reads what is shared", async () => {
    const h1 = await admit("h1", "agent");
    const s1 = await admit("s1", "server");
    const { root } = keys;
    const cases: readonly (readonly [string, string, string])[] = [
      // key, rights of the agent h1, rights of the server s1
      [`${root}/strings/a`, "rw", "rw"],
      [`${root}/x/h1/h2/file/a`, "rw", "r-"],
      [`${root}/x/h2/h1/file/a`, "r-", "r-"],
      [`${root}/x/h11/h2/file/a`, "r-", "r-"],
      [`${root}/x/h1`, "r-", "r-"],
      [`${root}/smap/h1/ns`, "rw", "r-"],
      [`${root}/smap/h2/ns`, "r-", "r-"],
      [`${root}/scheduler/hostname/h1/ns`, "rw", "r-"],
      [`${root}/scheduler/hostname/h2/ns`, "r-", "r-"],
      [`${root}/scheduler/data/h1/load`, "rw", "r-"],
      [`${root}/scheduler/data/h2/load`, "r-", "r-"],
      [`${root}/scheduler/schedule/ns`, "r-", "rw"],
      [`${root}/scheduler/election/1`, "r-", "rw"],
      [`${root}/converged/h1`, "rw", "r-"],
      [`${root}/converged/h2`, "r-", "r-"],
      [`${root}/converged/h11`, "r-", "r-"],
      [`${root}/status/h1`, "rw", "r-"],
      [`${root}/status/h2`, "r-", "r-"],
      [`${root}/deploy/1/payload`, "r-", "rw"],
      [`${root}/fs/deploy/x/000000`, "r-", "rw"],
      [`${root}/storage/{sha256}x/000000`, "r-", "rw"],
      [`${root}/cluster/info`, "r-", "r-"],
      [`${root}/cluster/ideal`, "r-", "r-"],
      [`${root}/cluster/endpoints`, "r-", "rw"],
      [`${root}/cluster/controller/1`, "r-", "rw"],
      [`${root}/cluster/join/s1`, "r-", "rw"],
      [`${root}/cluster/join/h1`, "r-", "r-"],
      [`${root}/host/h1`, "r-", "r-"],
      [`${root}/token/00`, "--", "--"],
      [`${root}/volunteer/h1`, "r-", "r-"],
      [`${root}/volunteer/s1`, "r-", "rw"],
      [`${root}/volunteer/s2`, "r-", "r-"],
      [`${root}/nominated/h1`, "r-", "rw"],
      [`${root}/leaving/h1`, "r-", "rw"],
      [`${root}/quarantine/h1`, "--", "rw"],
      [`${root}`, "--", "--"],
      ["/other", "--", "--"],
    ];
    const found: (readonly [string, string, string])[] = [];
    for (const [key] of cases) found.push([key, await rights(h1, key), await rights(s1, key)]);
    expect(found).toEqual([...cases]);
    for (const key of ["/other", `${root}/token/00`]) expect(await rights(secure.root, key)).toBe("rw");
  });

  test("nodes manage neither users nor members", async () => {
    const s2 = await admit("s2", "server");
    const auth = new Auth(s2.connection);
    expect(await failureOf(auth.setUser("s2", ["root"]))).toMatchObject({ kind: "permission-denied" });
    expect(await failureOf(auth.setRole("agent-s2", []))).toMatchObject({ kind: "permission-denied" });
    expect(await failureOf(new AuthClient(s2.connection.calls("never")).authDisable())).toMatchObject({
      kind: "permission-denied",
    });
  });

  test("a certificate without a user, and none at all, may do nothing", async () => {
    const unknown = secure.connect(await secure.authority.makeHost("unknown"));
    expect(await failureOf(unknown.get(`${keys.root}/strings/a`))).toMatchObject({
      kind: expect.stringMatching(/permission-denied|unauthenticated/),
    });
    expect(await failureOf(secure.connect(undefined, 300).get("/a"))).toMatchObject({ kind: "untrusted" });
    const foreign = await (await Authority.create()).makeHost("h1");
    expect(await failureOf(secure.connect(foreign, 300).get("/a"))).toMatchObject({ kind: "untrusted" });
    const peer = await secure.authority.makePeer([]);
    expect(await failureOf(secure.connect(peer, 300).get("/a"))).toMatchObject({ kind: "untrusted" });
    // The certificate of a listener is no user, though it may connect.
    expect(await failureOf(secure.connect(secure.certificate).get("/a"))).toMatchObject({
      kind: expect.stringMatching(/permission-denied|unauthenticated/),
    });
  });

  test("all of it can be done twice, and what is granted is brought up to date", async () => {
    const h3 = await admit("h3", "server");
    await setUpAccess(secure.root, serverGrants(keys));
    await grantNode(secure.root, "h3", "server", nodeGrants(keys, "h3", "server"));
    expect(await rights(h3, keys.schedule("a"))).toBe("rw");
    await grantNode(secure.root, "h3", "agent", [{ range: { prefix: "/only/" }, access: "write" }]);
    // What all may do stays, for all.
    expect(await rights(h3, keys.schedule("a"))).toBe("r-");
    expect(await rights(h3, keys.exportsOf("h3"))).toBe("r-");
    expect(await rights(h3, "/only/this")).toBe("-w");
    await grantNode(secure.root, "h3", "agent", [
      { range: { prefix: "/only/" }, access: "read" },
      { range: { prefix: "/only/" }, access: "write" },
      { range: { key: "/one" }, access: "read" },
    ]);
    expect([await rights(h3, "/only/this"), await rights(h3, "/one"), await rights(h3, "/one/a")]).toEqual([
      "rw",
      "r-",
      "--",
    ]);
  });

  test("who is revoked may do nothing any more", async () => {
    const h4 = await admit("h4", "agent");
    await h4.put(keys.exportsOf("h4"), value);
    await revokeNode(secure.root, "h4");
    await revokeNode(secure.root, "h4");
    expect(await failureOf(h4.get(keys.exportsOf("h4")))).toBeInstanceOf(Error);
    expect(await new Auth(secure.root.connection).users()).not.toContain("h4");
  });

  test("what others do is not disturbed while nodes are let in", async () => {
    const h5 = await admit("h5", "agent");
    const ends = new AbortController();
    const writing = (async () => {
      let written = 0;
      for (; !ends.signal.aborted; written++)
        await Promise.all([1, 2, 3, 4].map((each) => h5.put(`${keys.exportsOf("h5")}${each}`, value)));
      return written;
    })();
    for (const name of ["n1", "n2", "n3"])
      await grantNode(secure.root, name, "server", nodeGrants(keys, name, "server"));
    ends.abort();
    expect(await writing).toBeGreaterThan(0);
  });

  test("a client goes on with another certificate", async () => {
    const client = await admit("h6", "agent");
    const key = keys.exportsOf("h6");
    await client.put(key, value);
    client.setTls({
      ...(await secure.authority.makeHost("h7")),
      authority: secure.authority.root,
      serverName: "etcd.mgmt.internal",
    });
    expect(await failureOf(client.put(key, value))).toBeInstanceOf(Error);
    client.setTls({
      ...(await secure.authority.makeHost("h6")),
      authority: secure.authority.root,
      serverName: "etcd.mgmt.internal",
    });
    await client.put(key, value);
  });
});
