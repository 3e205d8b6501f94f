import { expect, test } from "bun:test";
import { asRootWith } from "../support/needs.ts";
import { Scrape } from "../support/scrape.ts";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const anyPort = ["--prometheus", "--prometheus-listen=127.0.0.1:0"];

/** Where an agent says that it serves its metrics. */
async function address(agent: Agent): Promise<string> {
  await agent.says("metrics at http");
  return /metrics at (\S+)/.exec(agent.log)?.[1] ?? "";
}

async function scrape(agent: Agent): Promise<Scrape> {
  return new Scrape(await (await fetch(await address(agent))).text());
}

test("files made and one that may only be looked at", async () => {
  using dir = new Scratch();
  const file = (name: string, more = ""): string =>
    `file "DIR/${name}" {\n\tstate => "exists",\n\tcontent => "x",\n${more}}\n`;
  const program = dir.program(`${file("a")}${file("b")}${file("c")}${file("d", "\tMeta:noop => true,\n")}`);
  await using agent = new Agent(dir, [...anyPort, "--converger-timeout=0", program]);
  await agent.says("main: converged");
  const found = await scrape(agent);
  expect(
    found.value('mgmt_checkapply_total{kind="file",apply="true",eventful="true",errorful="false"}'),
  ).toBe(3);
  expect(
    found.value('mgmt_checkapply_total{kind="file",apply="false",eventful="true",errorful="false"}'),
  ).toBe(1);
  expect(found.value('mgmt_resources{kind="file"}')).toBe(4);
  expect(found.value('mgmt_resources{kind="exec"}')).toBe(0);
  expect(found.value("process_resident_memory_bytes")).toBeGreaterThan(0);
  expect(found.value("mgmt_graph_start_time_seconds")).toBeGreaterThan(
    found.value("process_start_time_seconds"),
  );
  expect(await agent.stop("SIGINT")).toBe(0);
});

test("a repair, and ticks of the program", async () => {
  using dir = new Scratch();
  const program = dir.program(
    `import "os"\nfile "DIR/x" {\n\tstate => "exists",\n\tcontent => os.readfile("DIR/source"),\n}\n`,
  );
  dir.write("source", "one");
  await using agent = new Agent(dir, [...anyPort, "--converger-timeout=0", program]);
  await agent.says("main: converged");
  dir.write("x", "wrong");
  await agent.until("it is repaired", () => dir.holds("x", "one"));
  dir.write("source", "two");
  await agent.until("it follows", () => dir.holds("x", "two"));
  const found = await scrape(agent);
  expect(found.value('mgmt_repair_duration_seconds_count{kind="file"}')).toBeGreaterThanOrEqual(1);
  expect(found.value("mgmt_dataflow_tick_duration_seconds_count")).toBeGreaterThanOrEqual(2);
  expect(found.value("mgmt_graph_swap_duration_seconds_count")).toBeGreaterThanOrEqual(2);
});

test("what fails again and again is one failure now, and more and more in all", async () => {
  using dir = new Scratch();
  const program = dir.program(
    'file "DIR/no/x" {\n\tstate => "exists",\n\tMeta:retry => -1,\n\tMeta:delay => 10,\n}\n',
  );
  await using agent = new Agent(dir, [...anyPort, program]);
  await agent.says(/(next attempt[\s\S]*){3}/);
  const before = await scrape(agent);
  expect(before.value('mgmt_failures{kind="file",failure="soft"}')).toBe(1);
  expect(before.value('mgmt_failures{kind="file",failure="hard"}')).toBe(0);
  const total = 'mgmt_failures_total{kind="file",failure="soft"}';
  const lines = agent.log.length;
  await agent.until("it fails again", () => agent.log.slice(lines).split("next attempt").length > 3);
  expect((await scrape(agent)).value(total)).toBeGreaterThan(before.value(total));
});

test("an agent without a program serves, too, and the port is free when it has ended", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [...anyPort, "empty"]);
  const url = await address(agent);
  expect((await fetch(url)).status).toBe(200);
  expect(await agent.stop("SIGINT")).toBe(0);
  const port = new URL(url).port;
  await using next = new Agent(dir, ["--prometheus", `--prometheus-listen=127.0.0.1:${port}`, "empty"]);
  expect(await address(next)).toBe(url);
});

test("a port that is taken ends the agent before it has done anything", async () => {
  using dir = new Scratch();
  using taken = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });
  const { status, stderr } = await dir.once('file "DIR/x" {\n\tstate => "exists",\n}\n', [
    "--prometheus",
    `--prometheus-listen=127.0.0.1:${taken.port}`,
  ]);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `mgmt: cannot serve metrics on 127.0.0.1:${taken.port}: something else listens there; --prometheus-listen names another address\n`,
  );
  expect(dir.has("x")).toBe(false);
});

test.each([
  [
    ["--prometheus", "--prometheus-listen", "9233"],
    "--prometheus-listen takes HOST:PORT, [IPV6]:PORT or :PORT, not `9233`",
  ],
  [["--prometheus-listen", ":9233"], "--prometheus-listen needs --prometheus"],
  [["--graphviz-filter", "neato"], "--graphviz-filter needs --graphviz"],
])("%j is a mistake", async (options, message) => {
  const { status, stderr } = await mgmt(["run", "--standalone", "--tmp-prefix", ...options, "empty"]);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `mgmt run: ${message}\n` });
});

asRootWith(
  "unshare",
  "ip",
  "curl",
)("by default on port 9233 of this machine, or on all addresses", async () => {
  const cases = [
    { options: [], urls: ["http://127.0.0.1:9233/metrics"], refused: "http://10.99.0.1:9233/metrics" },
    {
      options: ["--prometheus-listen=:45001"],
      urls: [
        "http://127.0.0.1:45001/metrics",
        "http://10.99.0.1:45001/metrics",
        "http://[::1]:45001/metrics",
      ],
      refused: "http://127.0.0.1:9233/metrics",
    },
  ];
  for (const { options, urls, refused } of cases) {
    using dir = new Scratch();
    const by = [
      "unshare",
      "--net",
      "sh",
      "-c",
      'ip link set lo up && ip addr add 10.99.0.1/32 dev lo && exec "$@"',
      "sh",
    ];
    await using agent = new Agent(dir, ["--prometheus", ...options, "empty"], { by });
    await address(agent);
    const ask = (url: string): boolean =>
      Bun.spawnSync(["nsenter", "--net", "--target", String(agent.pid), "curl", "--silent", "--fail", url], {
        stdout: "ignore",
      }).success;
    for (const url of urls) expect([url, ask(url)]).toEqual([url, true]);
    expect(ask(refused)).toBe(false);
  }
});
