/** An agent with nothing to do sleeps, whatever it manages. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";
import { Watcher } from "./support/watcher.ts";

const programs = {
  "no resource": "\n",
  "a resource without a watch": 'noop "x" {}\n',
  "a file": 'file "DIR/x" {\n\tstate => "exists",\n}\n',
  "a resource that failed": 'exec "x" {\n\tcmd => "/bin/false",\n}\n',
  "a file whose watch has ended, for it failed":
    'file "DIR/no/x" {\n\tstate => "exists",\n\tcontent => "x",\n}\n',
  "a command that has ended": 'exec "x" {\n\tcmd => "/bin/true",\n}\n',
  "a program that follows what does not change": `import "fmt"
import "os"
import "sys"
import "value"
import "world"
$file = os.readfile("DIR/none") <|> "none"
$command = os.system("echo up; exec sleep 1000")
$past = history(os.file_exists("DIR"), 100)
test "x" {
	anotherstr => fmt.printf("%s %s %t %d", $file, $command, $past, sys.cpu_count()),
	interface => [value.get_str("none")->value, world.getval("none")->value],
}
`,
  "a command that watches": 'exec "x" {\n\tcmd => "/bin/true",\n\twatchcmd => "sleep 1000",\n}\n',
};

for (const [what, program] of Object.entries(programs)) {
  test(what, async () => {
    using dir = new Scratch();
    await using agent = new Agent(dir, ["--converger-timeout=0", dir.program(program)]);
    await agent.says("main: converged");
    await expectRest(agent);
    expect(await agent.stop()).toBe(0);
  });
}

test("one that serves metrics, and that somebody watches", async () => {
  using dir = new Scratch();
  const metrics = ["--prometheus", "--prometheus-listen=127.0.0.1:0"];
  await using agent = new Agent(dir, ["--converger-timeout=0", ...metrics, dir.program(programs["a file"])]);
  await agent.says("main: converged");
  const url = /metrics at (\S+)/.exec(agent.log)?.[1] ?? "";
  expect((await fetch(url)).status).toBe(200);
  await using watcher = new Watcher(dir.prefix, ["--json"]);
  await watcher.until((text) => text.includes("\n"));
  await expectRest(agent);
  expect(watcher.output.trimEnd().split("\n")).toHaveLength(1);
});

async function expectRest(agent: Agent): Promise<void> {
  const before = processorMilliseconds(agent.pid);
  const observed = 1000;
  await Bun.sleep(observed);
  // A loop that goes round and round takes all there is; the collector's visits take a hundredth of this.
  expect(processorMilliseconds(agent.pid) - before).toBeLessThan(observed / 4);
}

/** What the scheduler has given to a process and its threads so far. */
function processorMilliseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const shares = readdirSync(tasks).map(
    (task) => readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0],
  );
  return shares.reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0);
}
