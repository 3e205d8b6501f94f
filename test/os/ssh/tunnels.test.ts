import { expect, setDefaultTimeout } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { EtcdClient } from "../../../etcd/client/client.ts";
import type { SshError } from "../../../src/os/ssh/error.ts";
import { type TunnelEvent, type TunnelOptions, tunnelSeeds } from "../../../src/os/ssh/tunnels.ts";
import { Authority } from "../../etcd/support/certificates.ts";
import { failureOf } from "../../etcd/support/failure.ts";
import { Followed } from "../../etcd/support/followed.ts";
import { etcdBinary, freePort, TestServer } from "../../etcd/support/server.ts";
import { accessTo, me, SshHome, SshHost, timings, withSshd } from "./support/ssh-host.ts";
import { Wire } from "./support/wire.ts";

setDefaultTimeout(60_000);

const withAll = withSshd.skipIf(etcdBinary === undefined);

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** A machine that reaches a store through SSH. */
class Bench implements AsyncDisposable {
  readonly events: TunnelEvent[] = [];
  readonly ends = new AbortController();
  readonly home = new SshHome();
  #news = Promise.withResolvers<void>();

  private constructor(
    readonly host: SshHost,
    readonly server: TestServer,
    /** The server's, as the SSH host sees it. */
    readonly seed: string,
  ) {
    host.admit(this.home.makeKey("id_ed25519"));
    this.home.write("known_hosts", host.knownBy("ed25519", "*"));
  }

  static async make(settings: readonly string[] = []): Promise<Bench> {
    const port = await freePort();
    const seed = `http://127.0.0.1:${port}`;
    const server = await TestServer.start("--listen-client-urls", `SOCKET,${seed}`);
    return new Bench(await SshHost.start(settings), server, seed);
  }

  get directory(): string {
    return this.home.at("prefix/ssh");
  }

  tunnel(options: Partial<TunnelOptions> = {}) {
    return tunnelSeeds({
      access: this.host.access(),
      seeds: [this.seed],
      directory: this.directory,
      surroundings: this.home.surroundings,
      signal: this.ends.signal,
      onEvent: (event) => {
        this.events.push(event);
        this.#news.resolve();
        this.#news = Promise.withResolvers();
      },
      ...options,
      timings: { ...timings, firstDelay: 20, longestDelay: 100, refusedDelay: 50, ...options.timings },
    });
  }

  /** Waits until so many events of a type have been told. @returns the last of them */
  async told<T extends TunnelEvent["type"]>(type: T, count = 1): Promise<Extract<TunnelEvent, { type: T }>> {
    const isWanted = (event: TunnelEvent): event is Extract<TunnelEvent, { type: T }> => event.type === type;
    for (;;) {
      const found = this.events.filter(isWanted)[count - 1];
      if (found !== undefined) return found;
      await this.#news.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ends.abort();
    await this.host[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    this.home[Symbol.dispose]();
  }
}

withAll("a store is read, written and followed through SSH, and nothing is left of the way", async () => {
  await using bench = await Bench.make();
  const dead = `http://127.0.0.1:${await freePort()}`;
  const tunnels = await bench.tunnel({ seeds: [dead, bench.seed] });
  expect(tunnels.endpoints).toEqual([1, 2].map((number) => `unix://${bench.directory}/${number}.sock`));
  expect(statSync(bench.directory).mode & 0o777).toBe(0o700);
  expect(bench.events).toEqual([{ type: "connected", to: `${me}@${bench.host.address}` }]);
  const client = new EtcdClient({ endpoints: tunnels.endpoints });
  const followed = new Followed(client, { prefix: "/" });
  await client.set("/a", bytes("1"));
  await followed.until(({ entries }) => entries.get("/a") === "1");
  expect(await bench.told("seed-unreachable")).toEqual({
    type: "seed-unreachable",
    seed: dead,
    reason: `the SSH host cannot reach ${dead}: connection refused`,
  });

  const large = Buffer.alloc(1_400_000, "0123456789");
  for (const key of ["/l1", "/l2", "/l3", "/l4"]) await client.put(key, large);
  const { entries } = await client.list({ prefix: "/l" });
  expect(entries.map(({ value }) => Bun.hash(value))).toEqual(Array(4).fill(Bun.hash(large)));
  await Promise.all(Array.from({ length: 300 }, (_, index) => client.put(`/m/${index}`, bytes("x"))));
  await followed.until(({ entries }) => entries.size === 305);

  followed.end();
  client.close();
  await tunnels.close();
  await tunnels.close();
  expect(readdirSync(bench.home.at("prefix"))).toEqual([]);
  expect(bench.events.map(({ type }) => type)).toEqual(["connected", "seed-unreachable"]);
  while (!bench.host.log.includes("Disconnected from user")) await Bun.sleep(10);
});

withAll("certificates are checked through SSH as they are without", async () => {
  using authority = new Authority();
  authority.sign("server", "etcd.mgmt.internal");
  const { certificate, key } = authority.sign("h1");
  const port = await freePort();
  await using _server = await TestServer.start(
    ...["--listen-client-urls", `SOCKET,https://127.0.0.1:${port}`, "--client-cert-auth"],
    ...["--cert-file", authority.path("server.crt"), "--key-file", authority.path("server.key")],
    ...["--trusted-ca-file", authority.path("ca.crt")],
  );
  await using bench = await Bench.make();
  const tunnels = await bench.tunnel({ seeds: [`https://127.0.0.1:${port}`] });
  expect(tunnels.endpoints).toEqual([`unixs://${bench.directory}/1.sock`]);
  const connect = (serverName: string, identity: object) =>
    new EtcdClient({
      endpoints: tunnels.endpoints,
      timeout: 2000,
      tls: { authority: authority.text("ca.crt"), serverName, ...identity },
    });
  const good = connect("etcd.mgmt.internal", { certificate, key });
  await good.put("/a", bytes("1"));
  expect((await good.get("/a"))?.value).toEqual(Buffer.from("1"));
  const stranger = connect("etcd.mgmt.internal", {});
  const mistaken = connect("other.invalid", { certificate, key });
  for (const client of [stranger, mistaken])
    expect(await failureOf(client.get("/a"))).toMatchObject({ kind: "untrusted" });
  for (const client of [good, stranger, mistaken]) client.close();
  await tunnels.close();
});

withAll("what happens while the SSH host is down is told when it is back", async () => {
  await using bench = await Bench.make();
  const tunnels = await bench.tunnel();
  const [near, far] = [bench.server.url, ...tunnels.endpoints].map(
    (url) => new EtcdClient({ endpoints: [url], timeout: 10_000 }),
  );
  if (near === undefined || far === undefined) throw new Error("two clients");
  const followed = new Followed(far, { key: "/n" });
  await followed.until(({ batches }) => batches === 1);
  let number = 0;
  const count = async (times: number) => {
    for (let left = times; left > 0; left--) await near.put("/n", bytes(String(++number)));
  };
  await count(50);
  for (const round of [1, 2]) {
    await bench.host.kill();
    await bench.told("lost", round);
    await count(50);
    await bench.told("cannot", round);
    const late = far.set("/late", bytes(String(round)));
    await bench.host.restart();
    await late;
    await count(50);
  }
  await followed.until(({ entries }) => entries.get("/n") === String(number));
  const steps = Array.from({ length: number }, (_, step) => `/n: ${step === 0 ? "-" : step} -> ${step + 1}`);
  // While it was away, only what came of it is known; nothing is told twice, or out of order.
  const seen = followed.told.map((change) => Number(/-> (\d+)$/.exec(change)?.[1]));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(followed.told).toEqual(steps);
  expect(bench.events.map(({ type }) => type).join(" ")).toBe(
    "connected lost cannot connected lost cannot connected",
  );
  followed.end();
  near.close();
  far.close();
  await tunnels.close();
});

withAll("a connection that is cut, or falls silent, is made again", async () => {
  await using bench = await Bench.make();
  await using wire = await Wire.to(bench.host.port);
  const tunnels = await bench.tunnel({ access: accessTo(`${me}@127.0.0.1:${wire.port}`) });
  const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 10_000 });
  const followed = new Followed(client, { prefix: "/" });
  for (const [round, harm] of [() => wire.cut(), () => wire.silence()].entries()) {
    await client.set("/a", bytes(`before ${round}`));
    harm();
    await bench.told("lost", round + 1);
    wire.heal();
    await client.set("/a", bytes(`after ${round}`));
    await followed.until(({ entries }) => entries.get("/a") === `after ${round}`);
  }
  expect(await bench.told("lost", 2)).toMatchObject({
    reason: `the SSH connection to ${me}@127.0.0.1:${wire.port} is gone: it does not answer any more`,
  });
  followed.end();
  client.close();
  await tunnels.close();
});

withAll("what only people can put right is an error at the start, and told later", async () => {
  await using bench = await Bench.make();
  const kindOf = async (options: Partial<TunnelOptions> = {}) => {
    const failure = await failureOf(bench.tunnel(options));
    expect(existsSync(bench.directory)).toBe(false);
    return failure;
  };
  bench.home.write("known_hosts", "");
  expect(await kindOf()).toMatchObject({ kind: "host-key" } satisfies Partial<SshError>);
  bench.home.write("known_hosts", bench.host.knownBy("ed25519", "*"));
  const stranger = bench.home.makeKey("stranger");
  expect(await kindOf({ access: bench.host.access({ identityFile: stranger }) })).toMatchObject({
    kind: "refused",
  });
  expect(await kindOf({ seeds: ["etcd:2379"] })).toBeInstanceOf(TypeError);
  expect(await kindOf({ seeds: [] })).toBeInstanceOf(TypeError);
  expect(bench.events).toEqual([]);

  const tunnels = await bench.tunnel();
  bench.host.admitNobody();
  await bench.host.kill();
  await bench.host.restart();
  for (let count = 1; (await bench.told("cannot", count)).kind !== "refused"; count++);
  bench.host.admit(bench.home.at(".ssh/id_ed25519"));
  await bench.told("connected", 2);
  await tunnels.close();
});

withAll("a host that is down at the start is waited for", async () => {
  await using bench = await Bench.make();
  await bench.host.kill();
  const tunnels = await bench.tunnel();
  const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 500 });
  expect(await failureOf(client.get("/a"))).toMatchObject({ kind: "unreachable" });
  expect(await bench.told("cannot")).toEqual({
    type: "cannot",
    kind: "unreachable",
    reason: `cannot reach ${me}@${bench.host.address} through SSH: connection refused`,
  });
  await bench.host.restart();
  await bench.told("connected");
  await client.put("/a", bytes("1"));
  // Told once, however often it was tried.
  expect(bench.events.map(({ type }) => type)).toEqual(["cannot", "connected"]);
  client.close();
  bench.ends.abort();
  await tunnels.close();
  expect(existsSync(bench.directory)).toBe(false);
});

withAll("a host that lets in, but not through", async () => {
  await using bench = await Bench.make(["AllowTcpForwarding no"]);
  const tunnels = await bench.tunnel();
  const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 500 });
  expect(await failureOf(client.get("/a"))).toMatchObject({ kind: "unreachable" });
  expect((await bench.told("seed-unreachable")).reason).toContain(
    "the SSH host forbids it; check AllowTcpForwarding",
  );
  client.close();
  await tunnels.close();
});

withAll("seeds are replaced, and those that stay keep their connections", async () => {
  await using bench = await Bench.make();
  const dead = `http://127.0.0.1:${await freePort()}`;
  const tunnels = await bench.tunnel({ seeds: [dead, bench.seed, `${bench.seed}/`] });
  const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 2000 });
  const followed = new Followed(client, { prefix: "/" });
  await client.set("/a", bytes("1"));
  const [, stays = ""] = tunnels.endpoints;
  expect(await tunnels.setSeeds([bench.seed])).toEqual([stays]);
  client.connection.setEndpoints(tunnels.endpoints);
  await client.set("/a", bytes("2"));
  await followed.until(({ entries }) => entries.get("/a") === "2");
  expect(readdirSync(bench.directory)).toEqual(["2.sock"]);
  expect(await failureOf(tunnels.setSeeds([dead, "nonsense"]))).toBeInstanceOf(TypeError);
  expect(tunnels.endpoints).toEqual([stays]);
  expect(readdirSync(bench.directory)).toEqual(["2.sock"]);
  expect(await tunnels.setSeeds([dead, bench.seed])).toEqual([`unix://${bench.directory}/3.sock`, stays]);
  expect(followed.errors).toEqual([]);
  followed.end();
  client.close();
  await tunnels.close();
});

withAll("directories: left behind by another process, open to others, too deep for a socket", async () => {
  await using bench = await Bench.make();
  mkdirSync(bench.directory, { recursive: true });
  chmodSync(bench.directory, 0o755);
  const left = createServer();
  await new Promise<void>((resolve) => left.listen(`${bench.directory}/1.sock`, resolve));
  const use = async (directory: string) => {
    const tunnels = await bench.tunnel({ directory });
    const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 2000 });
    await client.set("/a", bytes(directory));
    client.close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await tunnels.close();
  };
  await use(bench.directory);
  expect(readdirSync(bench.directory)).toEqual([]);
  left.close();
  const deep = bench.home.at("d".repeat(120));
  await use(deep);
  expect(existsSync(deep)).toBe(false);
  writeFileSync(bench.home.at("file"), "");
  expect(String(await failureOf(bench.tunnel({ directory: bench.home.at("file") })))).toContain(
    bench.home.at("file"),
  );
});
