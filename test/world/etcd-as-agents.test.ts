/** What hosts share, where each may write only what is its own: by certificates, as agents of a cluster have them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { grantNode } from "../../etcd/access/access.ts";
import type { EtcdClient } from "../../etcd/client/client.ts";
import type { CertifiedKey } from "../../etcd/pki/certified-key.ts";
import type { Deploy } from "../../src/world/deploy-store.ts";
import { EtcdWorld } from "../../src/world/etcd-world.ts";
import type { SharedWorld } from "../../src/world/world.ts";
import { failureOf } from "../etcd/support/failure.ts";
import { keys, SecureServer } from "../etcd/support/secure-server.ts";
import { etcdBinary } from "../etcd/support/server.ts";
import { testSharedWorld } from "./shared-world.ts";

setDefaultTimeout(60_000);

/** Those that the tests of worlds write as. */
const agents = ["h1", "h2", "h3", "h4", "h1.example.com", "host"] as const;
const server = "scheduler";

/** Each host with a client and a certificate of its own; whatever is written for a host, that host writes. */
class Agents implements AsyncDisposable {
  readonly errors: unknown[] = [];
  readonly #secure: SecureServer;
  readonly #identities: ReadonlyMap<string, CertifiedKey>;
  readonly #open: (readonly [EtcdWorld, EtcdClient])[] = [];

  constructor(secure: SecureServer, identities: ReadonlyMap<string, CertifiedKey>) {
    this.#secure = secure;
    this.#identities = identities;
    this.#world(server, true);
  }

  open(): SharedWorld {
    const worlds = new Map(agents.map((name) => [name as string, this.#world(name, false)]));
    const of = (host: string): EtcdWorld => {
      const world = worlds.get(host);
      if (world === undefined) throw new Error(`${host} is no host of this test`);
      return world;
    };
    const h1 = of("h1");
    return {
      strings: h1.strings,
      hostStrings: {
        get: (namespace) => h1.hostStrings.get(namespace),
        getOf: (namespace, host) => h1.hostStrings.getOf(namespace, host),
        followOf: (...follow) => h1.hostStrings.followOf(...follow),
        follow: (...follow) => h1.hostStrings.follow(...follow),
        set: (namespace, host, text) => of(host).hostStrings.set(namespace, host, text),
        delete: (namespace, host) => of(host).hostStrings.delete(namespace, host),
      },
      schedules: {
        registration: (namespace, host) => h1.schedules.registration(namespace, host),
        followRegistration: (...follow) => h1.schedules.followRegistration(...follow),
        follow: (...follow) => h1.schedules.follow(...follow),
        register: (namespace, host, options) => of(host).schedules.register(namespace, host, options),
        withdraw: (namespace, host) => of(host).schedules.withdraw(namespace, host),
        release: (namespace, host) => of(host).schedules.release(namespace, host),
      },
      exports: {
        list: (from) => h1.exports.list(from),
        follow: (...follow) => h1.exports.follow(...follow),
        followStale: (...follow) => h1.exports.followStale(...follow),
        put: (record, ...options) => of(record.from).exports.put(record, ...options),
        withdraw: (key) => of(key.from).exports.withdraw(key),
      },
      convergence: {
        follow: (...follow) => h1.convergence.follow(...follow),
        report: (host, converged) => of(host).convergence.report(host, converged),
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [world, client] of this.#open) {
      await world.close();
      client.close();
    }
    await this.#secure.root.delete({ prefix: `${keys.root}/` });
    expect(this.errors).toEqual([]);
  }

  #world(host: string, schedules: boolean): EtcdWorld {
    const client = this.#secure.connect(this.#identities.get(host));
    const onError = (error: unknown): void => void this.errors.push(error);
    const world = new EtcdWorld(client, { host, schedules, load: () => 0, onError });
    this.#open.push([world, client]);
    return world;
  }
}

describe.skipIf(etcdBinary === undefined)("by certificates", () => {
  let secure: SecureServer;
  const identities = new Map<string, CertifiedKey>();
  beforeAll(async () => {
    secure = await SecureServer.start();
    for (const name of [...agents, server]) {
      const role = name === server ? "server" : "agent";
      await grantNode(secure.root, name, role, secure.grants(name, role));
      identities.set(name, await secure.authority.makeHost(name));
    }
  });
  afterAll(async () => {
    await secure[Symbol.asyncDispose]();
  });

  testSharedWorld("a world", async () => {
    const hosts = new Agents(secure, identities);
    return {
      world: hosts.open(),
      reopen: async () => hosts.open(),
      close: () => hosts[Symbol.asyncDispose](),
    };
  });

  test("nobody can speak for another host", async () => {
    await using hosts = new Agents(secure, identities);
    hosts.open();
    const client = secure.connect(identities.get("h2"));
    const world = new EtcdWorld(client, { host: "h2", schedules: false, load: () => 0, onError: () => {} });
    const record = { kind: "file", name: "/a", from: "h1", to: "h2", fields: new Map(), meta: new Map() };
    const deploy: Deploy = {
      id: 1,
      frontend: "lang",
      files: "etcdfs:///fs/deploy/x",
      options: { noop: false, sema: undefined, autoEdges: true, autoGroup: false },
      createdBy: "h2",
      createdAt: "2026-01-01T00:00:00Z",
    };
    const file = { path: "main.mcl", mode: 0o644, content: Buffer.from("x") };
    for (const attempt of [
      () => world.exports.put(record),
      () => world.exports.withdraw(record),
      () => world.hostStrings.set("ns", "h1", "x"),
      () => world.hostStrings.delete("ns", "h1"),
      () => world.schedules.withdraw("ns", "h1"),
      () => world.schedules.register("ns", "h1", { strategy: "rr", max: 1, persist: true }),
      () => world.deploys.add(deploy),
      () => world.files.put([file]),
    ])
      expect(await failureOf(attempt())).toMatchObject({ kind: "permission-denied" });
    expect(await world.deploys.list()).toEqual([]);
    await world.close();
  });
});
