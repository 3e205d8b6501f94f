/** An agent with nothing to do sleeps, whatever it manages. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";

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
    const before = processorMilliseconds(agent.pid);
    const observed = 1000;
    await Bun.sleep(observed);
    // A loop that goes round and round takes all there is; the collector's visits take a hundredth of this.
    expect(processorMilliseconds(agent.pid) - before).toBeLessThan(observed / 4);
    expect(await agent.stop()).toBe(0);
  });
}

/** What the scheduler has given to a process and its threads so far. */
function processorMilliseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const shares = readdirSync(tasks).map(
    (task) => readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0],
  );
  return shares.reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0);
}
