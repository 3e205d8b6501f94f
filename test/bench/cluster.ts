/** What a cluster of agents takes: to begin, to grow, to deploy, and to lose its leader. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConnectionPool, KVClient, MaintenanceClient } from "../../etcd/client/etcd3.ts";
import { Members } from "../../etcd/client/members.ts";
import { TestServer } from "../etcd/support/server.ts";
import { BenchCluster, type BenchNode, folderIn, killServer, startNode, whenSo } from "./bench-cluster.ts";
import { type Bench, ms, type Row, ratioRow } from "./row.ts";
import { compileFloor, floorProgram, timeProcess, withScratch } from "./workbench.ts";

/** So often is done what a busy machine makes slow, and the best counts: of the floor and of what is measured. */
const rounds = 3;

const fileCount = 1000;
const fileBytes = 10_000;

const best = (samples: readonly number[]): number => Math.min(...samples);

/** A row whose bar is a time. */
function timeRow(measure: string, floor: string, measured: number, limit: number, rest = ""): Row {
  const bar = `under ${limit < 1000 ? `${limit} ms` : `${limit / 1000} s`}`;
  return { measure, floor, measured: `${ms(measured)}${rest}`, bar, holds: measured < limit };
}

/** From nothing to the first graph: alone, and as the first node of a cluster. */
export const firstGraph: Bench = () =>
  withScratch(async (scratch) => {
    const made = join(scratch, "made");
    const program = join(scratch, "one.mcl");
    await writeFile(program, `file "${made}" {\n\tstate => "exists",\n\tcontent => "made",\n}\n`);
    const empty = await compileFloor("empty", scratch);
    const [floors, alone, etcds, nodes, own]: [number[], number[], number[], number[], number[]] = [
      [],
      [],
      [],
      [],
      [],
    ];
    for (let round = 0; round < rounds; round++) {
      floors.push(timeProcess([empty]));
      {
        const began = performance.now();
        const node = startNode("alone", join(scratch, `alone-${round}`), ["--standalone", program]);
        alone.push((await whenSo(() => existsSync(made))) - began);
        await node.end();
        rmSync(made);
      }
      {
        const began = performance.now();
        await using _ = await TestServer.start();
        etcds.push(performance.now() - began);
      }
      {
        await using cluster = new BenchCluster(await folderIn(scratch, `first-${round}`));
        const node = await cluster.start([program]);
        nodes.push((await whenSo(() => existsSync(made))) - node.startedAt);
        own.push((await node.says("is ready, as member")) - (await node.says("started as process")));
        rmSync(made);
      }
    }
    return [
      timeRow(
        "standalone: start to first applied graph, empty prefix",
        `compiled empty program: ${ms(best(floors))}`,
        best(alone),
        400,
      ),
      timeRow(
        "first node of a cluster: start to first applied graph, empty prefix",
        `etcd alone, start to ready: ${ms(best(etcds))}`,
        best(nodes),
        2500,
        `, of which its etcd ${ms(own[nodes.indexOf(best(nodes))] ?? Number.NaN)}`,
      ),
    ];
  });

/** One cluster of three nodes: how it grows, deploys, and what the loss of its leader costs. */
export const cluster: Bench = () =>
  withScratch(async (scratch) => {
    const began = performance.now();
    const bare = await TestServer.startCluster(3);
    const bareStart = performance.now() - began;
    try {
      await using nodes = new BenchCluster(scratch);
      const program = join(scratch, "empty.mcl");
      await writeFile(program, "");
      await (await nodes.start([program])).says("is in force");
      const rows: Row[] = [];
      // Two servers survive no more than one does, so the second is asked to vote once there is a third.
      const joining = [await nodes.start(), await nodes.start()];
      for (const [index, node] of joining.entries()) {
        const time = await node.says("this node is a voting member");
        const floor = `three bare etcd, start to ready: ${ms(bareStart)}`;
        rows.push(timeRow(`${["second", "third"][index]} node: start to voting member`, floor, time, 10_000));
      }
      rows.push(...(await deploying(scratch, nodes, bare)));
      rows.push(...(await losingLeader(scratch, nodes, bare)));
      return rows;
    } finally {
      for (const server of bare) await server[Symbol.asyncDispose]();
    }
  });

/** 1000 files, of which hosts keep one, or each of them. */
async function deploying(
  scratch: string,
  nodes: BenchCluster,
  bare: readonly TestServer[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const isApplied of [false, true]) {
    const [floors, measured]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds - 1; round++) {
      const contents = Array.from({ length: fileCount }, () =>
        Buffer.from(crypto.getRandomValues(new Uint8Array(fileBytes / 2)).toHex()),
      );
      const name = `site-${isApplied}-${round}`;
      const site = await folderIn(scratch, name);
      const files = await folderIn(site, "files");
      for (const [index, content] of contents.entries()) await writeFile(join(files, `${index}`), content);
      const target = await folderIn(scratch, `${name}-made`);
      for (const node of nodes.nodes) await folderIn(target, node.name);
      await writeFile(join(site, "main.mcl"), siteProgram(target, isApplied ? fileCount : 1));
      const start = performance.now();
      await copyBare(bare, `/${name}/`, contents);
      if (isApplied) await writeBare(await folderIn(scratch, `${name}-bare`));
      const between = performance.now();
      await nodes.command("deploy", "--no-git", "--wait", `${site}/`);
      floors.push(between - start);
      measured.push(performance.now() - between);
      for (const { name: host } of nodes.nodes)
        if (readFileSync(join(target, host, "0")).compare(contents[0] ?? Buffer.alloc(0)) !== 0)
          throw new Error(`${host} has not what was deployed`);
    }
    const [what, floor] = isApplied
      ? ["each made a file on each host", "etcd alone, and each written durably by each"]
      : ["one of them made a file on each host", "etcd alone: all written, all read by each"];
    const measure = `deploy of ${fileCount} files (10 MB) to 3 hosts, until done, ${what}`;
    rows.push(ratioRow(measure, floor, best(floors), best(measured), 2));
  }
  return rows;
}

const siteProgram = (target: string, count: number): string => `import "deploy"
import "fmt"
import "iter"

for $index, $number in iter.range(${count}) {
	file ["${target}/" + $hostname + "/" + fmt.printf("%d", $number)] {
		state => "exists",
		content => deploy.readfile("/files/" + fmt.printf("%d", $number)),
		mode => "0644",
	}
}
`;

/** Writes all, through one server; then as many readers as there are servers read all, each from one. */
async function copyBare(
  servers: readonly TestServer[],
  prefix: string,
  contents: readonly Buffer[],
): Promise<void> {
  const pools = servers.map(({ url }) => new ConnectionPool({ hosts: url.replace("unix://", "unix:") }));
  const [writer, ...others] = pools.map((pool) => new KVClient(pool));
  if (writer === undefined) throw new Error("no servers");
  const rest = contents.entries();
  const some = async (): Promise<void> => {
    for (const [index, value] of rest) await writer.put({ key: Buffer.from(`${prefix}${index}`), value });
  };
  await Promise.all(Array.from({ length: 64 }, some));
  const readAll = async (reader: KVClient): Promise<void> => {
    const range = { key: Buffer.from(prefix), range_end: Buffer.from(`${prefix.slice(0, -1)}0`) };
    let count = 0;
    for (let next = range; ; ) {
      const { kvs, more } = await reader.range({ ...next, limit: 100 });
      count += kvs.length;
      const last = kvs.at(-1);
      if (!more || last === undefined) break;
      next = { ...range, key: Buffer.concat([last.key, Buffer.from([0])]) };
    }
    if (count !== contents.length) throw new Error(`${count} files were read`);
  };
  await Promise.all([writer, ...others].map(readAll));
  for (const pool of pools) pool.close();
}

/** What three hosts write, all at the same time. */
async function writeBare(folder: string): Promise<void> {
  const writers = await Promise.all(
    ["1", "2", "3"].map(async (name) =>
      Bun.spawn(
        [
          process.execPath,
          floorProgram("write-durably"),
          await folderIn(folder, name),
          `${fileCount}`,
          `${fileBytes}`,
        ],
        { stdio: ["ignore", "ignore", "inherit"] },
      ),
    ),
  );
  for (const writer of writers)
    if ((await writer.exited) !== 0) throw new Error("files could not be written");
}

/** The server that leads is killed, while hosts repair files and somebody writes. */
async function losingLeader(
  scratch: string,
  nodes: BenchCluster,
  bare: readonly TestServer[],
): Promise<readonly Row[]> {
  const kept = await folderIn(scratch, "kept");
  const site = await folderIn(scratch, "keeping");
  const path = ({ name }: BenchNode): string => join(kept, name);
  await writeFile(
    join(site, "main.mcl"),
    `file "${kept}/" + $hostname {\n\tstate => "exists",\n\tcontent => "right",\n}\n`.replace(
      /file (.*) \{/,
      "file [$1] {",
    ),
  );
  await nodes.command("deploy", "--no-git", "--wait", `${site}/`);
  await using admin = await nodes.admin();
  const members = new Members(admin.client);
  const { client } = admin;
  const [floors, pauses, repairs, usual]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds - 1; round++) {
    floors.push(await bareElection(bare));
    const stop = new AbortController();
    const longest = { pause: 0, repair: 0 };
    const write = async (): Promise<void> => {
      let last = performance.now();
      for (let number = 0; !stop.signal.aborted; number++) {
        await client.put("/_mgmt/strings/bench", Buffer.from(`${number}`)).catch(() => Bun.sleep(5));
        if ((await client.get("/_mgmt/strings/bench").catch(() => undefined)) === undefined) continue;
        longest.pause = Math.max(longest.pause, performance.now() - last);
        last = performance.now();
      }
    };
    const harm = async (node: BenchNode): Promise<void> => {
      while (!stop.signal.aborted) {
        await writeFile(path(node), "wrong");
        const since = performance.now();
        const until = await whenSo(
          () => existsSync(path(node)) && readFileSync(path(node), "utf8") === "right",
          5,
        );
        longest.repair = Math.max(longest.repair, until - since);
        await Bun.sleep(20);
      }
    };
    const all = Promise.all([write(), ...nodes.nodes.map(harm)]);
    await Bun.sleep(1500);
    usual.push(longest.repair);
    longest.repair = longest.pause = 0;
    const leader = await leaderOf(members, nodes, client.connection.current.url);
    killServer(leader);
    await Bun.sleep(4500);
    stop.abort();
    await all;
    pauses.push(longest.pause);
    repairs.push(longest.repair);
  }
  return [
    timeRow(
      "etcd leader killed: longest pause between two writes",
      `bare etcd, until another server takes a write: ${ms(best(floors))}`,
      best(pauses),
      3000,
    ),
    timeRow(
      "etcd leader killed: longest time to repair a file, on three hosts",
      `while all is well: ${ms(best(usual))}`,
      best(repairs),
      500,
    ),
  ];
}

async function leaderOf(members: Members, nodes: BenchCluster, url: string): Promise<BenchNode> {
  const { leader } = await members.status(url);
  const { name } = (await members.list()).members.find(({ id }) => id === leader) ?? {};
  const node = nodes.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error("the cluster has no leader");
  return node;
}

/** From the death of the leader until another server takes a write. All are as they were afterwards. */
async function bareElection(servers: readonly TestServer[]): Promise<number> {
  const pools = servers.map(({ url }) => new ConnectionPool({ hosts: url.replace("unix://", "unix:") }));
  const states = await Promise.all(pools.map((pool) => new MaintenanceClient(pool).status()));
  const index = states.findIndex(({ leader, header }) => leader === header.member_id);
  const rest = pools.filter((_, at) => at !== index).map((pool) => new KVClient(pool));
  const began = performance.now();
  await servers[index]?.kill();
  const takes = async (kv: KVClient): Promise<boolean> => {
    try {
      const late = Bun.sleep(300).then(() => false);
      return await Promise.race([
        kv.put({ key: Buffer.from("election"), value: Buffer.from("1") }).then(() => true),
        late,
      ]);
    } catch {
      return false;
    }
  };
  const until = await whenSo(async () => (await Promise.all(rest.map(takes))).includes(true));
  for (const pool of pools) pool.close();
  await servers[index]?.restart();
  return until - began;
}
