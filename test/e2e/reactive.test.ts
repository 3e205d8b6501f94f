import { expect, test } from "bun:test";
import { existsSync, rmdirSync, rmSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";

test("content follows a file that the program reads", async () => {
  using dir = new Scratch();
  dir.write("from", "one");
  const program = dir.program(`import "os"
file "DIR/to" {
	state => "exists",
	content => "read: " + os.readfile("DIR/from"),
}
`);
  await using agent = new Agent(dir, [program]);
  for (const text of ["one", "two", "", "three"]) {
    dir.write("from", text);
    await agent.until(`the text ${text}`, () => dir.holds("to", `read: ${text}`));
  }
  expect(await agent.stop()).toBe(0);
});

test("resources come and go with the file that lists them", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "os"
import "strings"
$names = strings.split(os.readfile("DIR/names") <|> "none", ",")
for $index, $name in $names {
	file "DIR/made/\${name}" {
		state => "exists",
		content => "\${name}",
	}
}
file "DIR/made/" {
	state => "exists",
	recurse => true,
	purge => true,
}
`);
  await using agent = new Agent(dir, [program]);
  const made =
    (...names: readonly string[]) =>
    () =>
      dir.list("made").join() === names.join() && names.every((name) => dir.holds(`made/${name}`, name));
  await agent.until("the fallback", made("none"));
  dir.write("names", "a,b,c");
  await agent.until("three files", made("a", "b", "c"));
  dir.write("names", "b,d");
  await agent.until("two files, one of them new", made("b", "d"));
  rmSync(dir.at("names"));
  await agent.until("the fallback again", made("none"));
});

test("the clock ticks, and what does not depend on it is left in peace", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "datetime"
import "fmt"
file "DIR/clock" {
	state => "exists",
	content => fmt.printf("%d", datetime.now()),
}
file "DIR/weekday" {
	state => "exists",
	content => datetime.str_now() + datetime.weekday(datetime.now()),
}
exec "once" {
	cmd => "echo ran >> DIR/runs",
	shell => "/bin/sh",
}
print "unrelated" {
	msg => "said once",
}
`);
  await using agent = new Agent(dir, [program]);
  const seen = new Set<string>();
  await agent.until("three seconds on the clock", () => {
    if (/^\d+$/.test(dir.read("clock"))) seen.add(dir.read("clock"));
    return seen.size >= 3;
  });
  expect(await agent.stop()).toBe(0);
  expect(dir.read("runs")).toBe("ran\n");
  expect(agent.log.match(/said once/g)).toHaveLength(1);
  const [, ...later] = agent.log.match(/graph of 4 resources .*/g) ?? [];
  expect(new Set(later)).toEqual(new Set(["graph of 4 resources and 0 edges: 2 new, 2 gone"]));
  const times = [...seen].map(Number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("each line of a command is a value; the last one stays", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "os"
file "DIR/line" {
	state => "exists",
	content => os.system("echo first; until test -e DIR/go; do sleep 0.01; done; echo second; echo last"),
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the first line", () => dir.holds("line", "first"));
  dir.write("go", "");
  await agent.until("the last line", () => dir.holds("line", "last"));
  dir.write("line", "tampered");
  await agent.until("the last line again", () => dir.holds("line", "last"));
});

test("equal commands are one process; it ends with the last that uses it, and another starts when one does again", async () => {
  using dir = new Scratch();
  const command = "echo $$ >> DIR/started; echo up; exec sleep 1000";
  const program = dir.program(`import "os"
$wanted = os.readfile("DIR/wanted") <|> ""
if $wanted != "" {
	file "DIR/first" {
		state => "exists",
		content => os.system("${command}"),
	}
}
if $wanted == "both" {
	file "DIR/second" {
		state => "exists",
		content => os.system("${command}"),
	}
}
file "DIR/seen" {
	state => "exists",
	content => $wanted,
}
`);
  await using agent = new Agent(dir, [program]);
  const started = () => (dir.has("started") ? dir.read("started").trim().split("\n") : []);
  const wants = async (wanted: string) => {
    dir.write("wanted", wanted);
    await agent.until(`it wants ${wanted}`, () => dir.holds("seen", wanted));
  };
  await wants("both");
  await agent.until("both are up", () => dir.holds("first", "up") && dir.holds("second", "up"));
  expect(started()).toHaveLength(1);
  await wants("one");
  expect(started().map(isAlive)).toEqual([true]);
  await wants("");
  await agent.until("the process is gone", () => !started().some(isAlive));
  rmSync(dir.at("first"));
  await wants("one");
  await agent.until("the first is up again", () => dir.holds("first", "up"));
  expect(started().map(isAlive)).toEqual([false, true]);
  expect(await agent.stop()).toBe(0);
  await agent.until("no process is left", () => !started().some(isAlive));
});

test("a command that changes takes the place of the one before", async () => {
  using dir = new Scratch();
  dir.write("text", "one");
  const program = dir.program(`import "os"
file "DIR/line" {
	state => "exists",
	content => os.system("echo $$ >> DIR/started; echo " + os.readfile("DIR/text") + "; exec sleep 1000"),
}
`);
  await using agent = new Agent(dir, [program]);
  const alive = () => dir.read("started").trim().split("\n").filter(isAlive).length;
  for (const text of ["one", "two", "three"]) {
    dir.write("text", text);
    await agent.until(`the line ${text}`, () => dir.holds("line", text) && alive() === 1);
  }
  expect(await agent.stop()).toBe(0);
  await agent.until("no process is left", () => alive() === 0);
});

function isAlive(pid: string): boolean {
  return existsSync(`/proc/${pid}`);
}

test("a condition switches resources on and off, with their edges", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "os"
if (os.readfile("DIR/switch") <|> "off") == "on" {
	file "DIR/on" {
		state => "exists",
	}
	file "DIR/off" {
		state => "absent",
	}
	File["DIR/on"] -> File["DIR/off"]
} else {
	file "DIR/on" {
		state => "absent",
	}
	file "DIR/off" {
		state => "exists",
	}
}
`);
  await using agent = new Agent(dir, [program]);
  for (const [state, made, gone] of [
    ["off", "off", "on"],
    ["on", "on", "off"],
    ["off", "off", "on"],
  ] as const) {
    dir.write("switch", state);
    await agent.until(`it is ${state}`, () => dir.has(made) && !dir.has(gone));
  }
});

test("a failing function is told, and leaves the running graph as it is", async () => {
  using dir = new Scratch();
  dir.write("from", "one");
  const program = dir.program(`import "os"
file "DIR/to" {
	state => "exists",
	content => os.readfile("DIR/from"),
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the copy", () => dir.holds("to", "one"));
  rmSync(dir.at("from"));
  await agent.says(/main\.mcl:4:13/);
  dir.write("to", "tampered");
  await agent.until("it is still repaired", () => dir.holds("to", "one"));
  expect(await agent.stop()).toBe(0);
});

test("what is read may come, go, be unreadable for a while, and come again", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "os"
file "DIR/to" {
	state => "exists",
	content => os.readfile("DIR/deep/from") <|> "none",
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the fallback", () => dir.holds("to", "none"));
  dir.write("deep/from", "one");
  await agent.until("the text", () => dir.holds("to", "one"));
  rmSync(dir.at("deep"), { recursive: true });
  await agent.until("the fallback again", () => dir.holds("to", "none"));
  dir.mkdir("deep/from");
  await agent.says(/could not read .*from: is a directory/);
  rmdirSync(dir.at("deep/from"));
  dir.write("deep/from", "two");
  await agent.until("the text of another file", () => dir.holds("to", "two"));
  expect(await agent.stop()).toBe(0);
});

test("values are sent along edges: at once, and again when they change", async () => {
  using dir = new Scratch();
  dir.write("from", "one");
  const program = dir.program(`exec "cat" {
	cmd => "cat DIR/from",
	watchfiles => ["DIR/from"],
}
file "DIR/to" {
	state => "exists",
}
value "kept" {}
Exec["cat"].stdout -> File["DIR/to"].content
Exec["cat"].stdout -> Value["kept"].any
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the first value", () => dir.holds("to", "one"));
  dir.write("from", "two");
  await agent.until("the second value", () => dir.holds("to", "two"));
  dir.write("to", "tampered");
  await agent.until("the second value again", () => dir.holds("to", "two"));
  expect(await agent.stop()).toBe(0);
});

test("a generated password is sent once and kept for the next run", async () => {
  using dir = new Scratch();
  const program = `password "secret" {
	length => 24,
	saved => true,
}
file "DIR/secret" {
	state => "exists",
	mode => "0600",
}
Password["secret"].password -> File["DIR/secret"].content
`;
  expect((await dir.once(program)).status).toBe(0);
  const first = dir.read("secret");
  expect(first).toMatch(/^[^\s]{24}$/);
  expect((await dir.once(program)).status).toBe(0);
  expect(dir.read("secret")).toBe(first);
});
