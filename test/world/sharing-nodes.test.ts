/** Programs on several hosts that share an etcd, each with an engine of its own. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../etcd/support/certificates.ts";
import { etcdBinary, TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { NodeInProcess } from "../support/node-in-process.ts";
import { until } from "../support/until.ts";
import { EtcdHosts } from "./support/etcd-hosts.ts";

setDefaultTimeout(60_000);

/** A hidden file for others, and perhaps more. */
const exporting = (name: string, content: string, ...meta: readonly string[]): string => `
file "DIR/${name}" {
	state => "exists",
	content => "${content}",
	Meta:hidden => true,
	${meta.join("\n\t")}
}
`;
const collecting = `
collect file ["DIR/a", "DIR/b"] {
	Meta:hidden => false,
}
`;
const toAll = 'Meta:export => ["*"],';

describe.skipIf(etcdBinary === undefined)("nodes that share an etcd", () => {
  let server: TestServer;
  let directory: string;
  const program = (text: string): string => text.replaceAll("DIR", directory);
  const content = (name: string): string => readFileSync(join(directory, name), "utf8");

  beforeAll(async () => {
    server = await TestServer.start();
    directory = mkdtempSync(join(tmpdir(), "mgmt-nodes-"));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  const exports = async (hosts: EtcdHosts): Promise<readonly string[]> => {
    const prefix = `${hosts.root}/x/`;
    const { entries } = await hosts.client().list({ prefix });
    return entries.map(({ key }) => key.slice(prefix.length).replace(directory, ""));
  };

  test("what one exports is made by the other, as it changes", async () => {
    await using hosts = new EtcdHosts(server.url);
    await using a = new NodeInProcess("h1", hosts.open("h1"));
    await using b = new NodeInProcess("h2", hosts.open("h2"));
    await b.start(program(collecting));
    await a.start(program(exporting("a", "one", toAll)));
    await until("the file", () => content("a") === "one");
    await a.engine.stop();
    await using again = new NodeInProcess("h1", hosts.open("h1"));
    await again.start(program(exporting("a", "two", toAll)));
    await until("the new file", () => content("a") === "two");
  });

  test("what a former process exported stays until the first graph of the next one does not have it", async () => {
    await using hosts = new EtcdHosts(server.url);
    const before = new NodeInProcess("h1", hosts.open("h1"));
    await before.start(
      program(exporting("a", "", toAll) + exporting("b", "", 'Meta:export => ["h2", "h3"],')),
    );
    await until("three exports", async () => (await exports(hosts)).length === 3);
    await before[Symbol.asyncDispose]();
    await using noop = new NodeInProcess("h1", hosts.open("h1"), { noop: true });
    await noop.start("");
    await noop.engine.settled();
    // This one has no graph yet.
    await using waiting = new NodeInProcess("h1", hosts.open("h1"));
    expect(waiting.states()).toEqual([]);
    expect(await exports(hosts)).toHaveLength(3);
    await using next = new NodeInProcess("h1", hosts.open("h1"));
    await next.start(
      program(`${exporting("b", "", 'Meta:export => ["h3"],')}
file "DIR/none/a" {
	state => "exists",
	${toAll}
}
`),
    );
    await until(
      "what is left",
      async () => (await exports(hosts)).join(" ") === "h1/*/file//none/a h1/h3/file//b",
    );
    expect(next.states()).toContain(`file[${directory}/none/a]: failed`);
  });

  test("a first graph without any exports withdraws them all, of that host alone", async () => {
    await using hosts = new EtcdHosts(server.url);
    for (const host of ["h1", "h2"]) {
      await using node = new NodeInProcess(host, hosts.open(host));
      await node.start(program(exporting("a", "", toAll)));
      await until("the export", async () => (await exports(hosts)).includes(`${host}/*/file//a`));
    }
    await using next = new NodeInProcess("h1", hosts.open("h1"));
    await next.start("");
    await until("that of the other", async () => (await exports(hosts)).join() === "h2/*/file//a");
  });

  test("what is sealed arrives, also at a host that joins later", async () => {
    using authority = new Authority();
    const [one, two] = [authority.sign("h1"), authority.sign("h2")];
    await using hosts = new EtcdHosts(server.url);
    await using a = new NodeInProcess("h1", hosts.open("h1", { key: () => one.key }));
    await using b = new NodeInProcess("h2", hosts.open("h2", { key: () => two.key }));
    await b.start(program(collecting));
    await a.start(program(exporting("b", "a secret", 'Meta:export => ["h2"],', "Meta:export_seal => true,")));
    const failed = `file[${directory}/b]: failed`;
    await until("the failure", () => a.states().includes(failed));
    expect(a.logged.at(-1)).toContain("could not be exported: the key of h2 is not known");
    const host = JSON.stringify({ v: 1, certificate: two.certificate });
    await hosts.client().put(`${hosts.root}/host/h2`, Buffer.from(host));
    await until("the file", () => content("b") === "a secret");
    const [entry] = (await hosts.client().list({ prefix: `${hosts.root}/x/` })).entries;
    expect(Buffer.from(entry?.value ?? []).toString()).not.toContain("content");
    expect(a.states()).toEqual([`file[${directory}/b]: ok`]);
  });

  test("a program that starts while the store is out of reach waits for it, and all that failed comes right", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    hosts.open("h0");
    way.cut();
    const world = hosts.open("h1", { url: way.url, schedules: false });
    await using using_ = new NodeInProcess("h1", world);
    await using reading = new NodeInProcess("h1", world);
    await using_.start(`
kv "k" {
	value => "v",
}
kv "m" {
	value => "v",
	mapped => true,
}
schedule "web" {}
`);
    await reading.start(
      `import "world"\n$found = world.getval("k")\nif $found->exists {\n\tnoop "there" {}\n}\n`,
    );
    await until("failures", () => using_.states().every((state) => state.endsWith(": failed")));
    expect(using_.states()).toHaveLength(3);
    await until("the warning", () =>
      reading.logged.some((line) => line.includes("waiting for the shared store")),
    );
    expect(reading.problems).toEqual([]);
    way.heal();
    await until("success", () => using_.states().every((state) => state.endsWith(": ok")));
    await until("the value", () => reading.states().includes("noop[there]: ok"));
  });

  test("what could not be written while the store was out of reach is written when it is back", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1", { url: way.url, schedules: false });
    await using node = new NodeInProcess("h1", world);
    await node.start('kv "k" {\n\tvalue => "v",\n}\n');
    await until("the text", () => node.states().join() === "kv[k]: ok");
    way.cut();
    await using later = new NodeInProcess("h1", world);
    await later.start('kv "k" {\n\tvalue => "new",\n}\n');
    await until("the failure", () => later.states().join() === "kv[k]: failed");
    way.heal();
    await until("the new text", () => later.states().join() === "kv[k]: ok");
  });

  test("what somebody else takes away, changes or puts there is as it should be again", async () => {
    await using hosts = new EtcdHosts(server.url);
    await using a = new NodeInProcess("h1", hosts.open("h1"));
    await a.start(program(exporting("a", "", toAll) + exporting("b", "", toAll, "Meta:export_ttl => 60,")));
    const wanted = "h1/*/file//a h1/*/file//b";
    const asWanted = async (): Promise<boolean> => (await exports(hosts)).join(" ") === wanted;
    await until("the exports", asWanted);
    await a.engine.settled();
    const [client, prefix] = [hosts.client(), `${hosts.root}/x/h1/`];
    const before = await client.list({ prefix });
    await client.delete({ prefix });
    await until("the exports again", asWanted);
    await client.put(`${prefix}*/file//old`, before.entries[0]?.value ?? Buffer.from(""));
    await until("only the exports", asWanted);
    await client.put(before.entries[0]?.key ?? "", Buffer.from("changed"));
    const value = async (): Promise<string> =>
      Buffer.from((await client.list({ prefix })).entries[0]?.value ?? []).toString();
    await until("the right one", async () => (await value()).includes("exists"));
    await a.engine.settled();
    const rounds = a.logged.length;
    await until("nothing more", async () => !a.engine.busy && a.logged.length === rounds);
  });

  test("of 200 exports of which one changes, only one is made anew", async () => {
    await using hosts = new EtcdHosts(server.url);
    await using a = new NodeInProcess("h1", hosts.open("h1"));
    await using b = new NodeInProcess("h2", hosts.open("h2"));
    const many = (first: string): string => `
$numbers = [${Array.from({ length: 200 }, (_, number) => `"${number}"`)}]
for $index, $number in $numbers {
	file "DIR/many\${number}" {
		state => "exists",
		content => if $number == "0" { os.readfile("DIR/first") } else { "${first}" },
		Meta:hidden => true,
		${toAll}
	}
}
`;
    await Bun.write(join(directory, "first"), "one");
    await b.start(
      program(
        'import "world/collect"\n$all = collect.res("file")\ncollect file $all {\n\tMeta:hidden => false,\n}\n',
      ),
    );
    await a.start(`import "os"\n${program(many("rest"))}`);
    const made = (): readonly string[] => readdirSync(directory).filter((name) => name.startsWith("many"));
    await until("all files", () => made().length === 200 && content("many199") === "rest");
    await Bun.write(join(directory, "first"), "two");
    await until("the change", () => content("many0") === "two");
    const graphs = b.logged.filter((line) => line.includes("graph of"));
    expect(graphs.at(-1)).toEndWith("graph of 200 resources and 0 edges: 1 new, 1 gone");
  });
});
