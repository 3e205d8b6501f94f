import { describe, expect, test } from "bun:test";
import { Agent } from "./support/agent.ts";
import { mgmt, type Result } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

describe("files that come with a program", () => {
  /** A module in `site/` with files of its own, and one in it that has its own. */
  class Site extends Scratch {
    constructor() {
      super();
      this.write("site/metadata.yaml", "main: code/main.mcl\n");
      this.write("site/files/motd", "welcome\n");
      this.write("site/files/web/index.html", "<p>");
      this.write("site/files/web/img/a.png", Uint8Array.of(0, 255, 10));
      this.write("site/code/lib/dns/main.mcl", 'import "deploy"\n$zone = deploy.readfile("/files/zone")\n');
      this.write("site/code/lib/dns/files/zone", "example.com\n");
      this.program(
        `import "deploy"
import "lib/dns/"
file "DIR/motd" {
	state => "exists",
	content => deploy.readfile("/files/motd"),
}
file "DIR/zone" {
	state => "exists",
	content => $dns.zone,
}
file "DIR/web/" {
	state => "exists",
	source => deploy.directory("/files/web/"),
	recurse => true,
	purge => true,
}
`,
        "site/code/main.mcl",
      );
    }

    run(input: string, cwd: string): Promise<Result> {
      return mgmt(["run", "--standalone", "--once", "--prefix", this.prefix, input], { cwd });
    }
  }

  test("are found from anywhere, and copied for resources", async () => {
    using site = new Site();
    for (const [input, cwd] of [
      ["site", site.path],
      [".", site.at("site")],
      ["../metadata.yaml", site.at("site/code")],
    ] as const) {
      const { status, stderr } = await site.run(input, cwd);
      expect([stderr, status]).toEqual([expect.stringContaining("0 failed"), 0]);
      expect(site.read("motd")).toBe("welcome\n");
      expect(site.read("zone")).toBe("example.com\n");
      expect(site.list("web")).toEqual(["img", "index.html"]);
    }
    site.write("site/files/web/index.html", "<h1>");
    site.write("site/files/web/new", "");
    expect((await site.run("site", site.path)).status).toBe(0);
    expect(site.read("web/index.html")).toBe("<h1>");
    expect(site.list("web")).toEqual(["img", "index.html", "new"]);
    expect(site.list("prefix/local/vardir/directory/files/web")).toEqual(["img", "index.html", "new"]);
  });

  test("are read by graph and not by check, and neither writes anything", async () => {
    using site = new Site();
    const env = { ...process.env, STATE_DIRECTORY: site.prefix };
    const { status, stdout } = await mgmt(["graph", "--format", "json", "site"], { cwd: site.path, env });
    expect(status).toBe(0);
    expect(stdout).toContain('"content":"welcome\\n"');
    expect(stdout).toContain(`"source":"${site.prefix}/local/vardir/directory/files/web/"`);
    expect(site.list()).toEqual(["site"]);
    site.write("site/code/main.mcl", 'import "deploy"\nprint "x" {\n\tmsg => deploy.readfile("/none"),\n}\n');
    expect((await mgmt(["check", "site"], { cwd: site.path })).status).toBe(0);
    const missing = await mgmt(["graph", "site"], { cwd: site.path });
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain(`could not read ${site.at("site/none")}: no such file or directory`);
    expect(missing.stderr).toContain("site/code/main.mcl:3:9");
  });

  test("are those of the working directory for code that is in no file", async () => {
    using site = new Site();
    const code = 'import "deploy"\nprint "x" {\n\tmsg => deploy.readfile("/files/motd"),\n}\n';
    const { stdout } = await mgmt(["graph", "--format", "json", "lang", code], { cwd: site.at("site") });
    expect(stdout).toContain('"msg":"welcome\\n"');
  });
});

test("numbers and directories of a host stay over restarts", async () => {
  using dir = new Scratch();
  const program = (...names: string[]): string => `import "fmt"
import "local"
$dir = local.vardir("app/data/")
$names = [${names.map((name) => `"${name}"`).join(", ")}]
for $index, $name in $names {
	file "\${dir}\${name}" {
		state => "exists",
		content => fmt.printf("%d", local.pool("vm", $name)),
	}
}
`;
  expect((await dir.once(program("b", "a"))).status).toBe(0);
  const place = "prefix/local/vardir/functions/app/data";
  const numbers = (): readonly string[] =>
    dir.list(place).map((name) => `${name}=${dir.read(`${place}/${name}`)}`);
  expect(numbers().toSorted()).toHaveLength(2);
  const before = numbers();
  expect(before.map((text) => text.replace(/.*=/, "")).toSorted()).toEqual(["1", "2"]);
  expect((await dir.once(program("a", "b", "c"))).status).toBe(0);
  expect(numbers()).toEqual([...before, "c=3"]);
  expect(dir.read("prefix/local/pool/vm/c.uid")).toBe("3\n");
});

describe("values", () => {
  const reader = `import "fmt"
import "value"
$count = value.get_int("count")
file "DIR/read" {
	state => "exists",
	content => fmt.printf("%d %t", $count->value, $count->ready),
}
`;
  const keeper = (any: string): string => `value "count" {\n\tany => ${any},\n}\n`;

  test("that a resource keeps are read in the same program, and by later ones", async () => {
    using dir = new Scratch();
    expect((await dir.once(reader)).status).toBe(0);
    expect(dir.read("read")).toBe("0 false");
    expect((await dir.once(reader + keeper("41"))).status).toBe(0);
    expect(dir.read("read")).toBe("41 true");
    dir.write("read", "");
    expect((await dir.once(reader)).status).toBe(0);
    expect(dir.read("read")).toBe("41 true");
    const other = await dir.once(reader + keeper('"text"'));
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('value[count] keeps "text", which is no int');
  });

  test("are followed", async () => {
    using dir = new Scratch();
    dir.write("number", "1");
    const path = dir.program(
      `${reader}import "os"\nimport "convert"\n${keeper('convert.str_to_int(os.readfile("DIR/number"))')}`,
    );
    await using agent = new Agent(dir, [path]);
    for (const number of ["1", "2", "3"]) {
      dir.write("number", number);
      await agent.until(`the number ${number}`, () => dir.holds("read", `${number} true`));
    }
    expect(await agent.stop()).toBe(0);
  });
});

test("what hosts share is followed, and there again after a restart", async () => {
  using dir = new Scratch();
  const path = dir.program(`import "fmt"
import "world"
$leader = world.getval("leader")
file "DIR/shared" {
	state => "exists",
	content => fmt.printf("%s %t %v %v", $leader->value, $leader->exists, world.kvlookup("ips"), world.schedule("web")),
}
`);
  {
    await using agent = new Agent(dir, [path, "--hostname", "h1"]);
    await agent.until("nothing shared", () => dir.holds("shared", " false {} []"));
    dir.write("prefix/local/string/leader", "h1");
    await agent.until("a leader", () => dir.holds("shared", "h1 true {} []"));
    dir.write("prefix/local/host-string/ips/h1", "192.0.2.1");
    await agent.until("an address", () => dir.holds("shared", 'h1 true {"h1": "192.0.2.1"} []'));
    expect(await agent.stop()).toBe(0);
  }
  dir.write("shared", "");
  dir.write("prefix/local/schedule/web/h1", '{"strategy":"rr","max":1}');
  await using agent = new Agent(dir, [path]);
  await agent.until("all of it", () => dir.holds("shared", 'h1 true {"h1": "192.0.2.1"} ["h1"]'));
});

test("what resources share is read in the same program, as it changes", async () => {
  using dir = new Scratch();
  dir.write("leader", "h1");
  dir.write("max", "1");
  const path = dir.program(`import "fmt"
import "os"
import "world"
import "convert"
$leader = world.getval("leader")
kv "leader" {
	value => os.readfile("DIR/leader"),
}
kv "ip" {
	key => "ips",
	value => "192.0.2.1",
	mapped => true,
}
schedule "web" {
	max => convert.str_to_int(os.readfile("DIR/max")),
}
file "DIR/shared" {
	state => "exists",
	content => fmt.printf("%s %t %v %v", $leader->value, $leader->exists, world.kvlookup("ips"), world.schedule("web")),
}
`);
  {
    await using agent = new Agent(dir, [path, "--hostname", "h1"]);
    const shared = (leader: string): string => `${leader} true {"h1": "192.0.2.1"} ["h1"]`;
    await agent.until("all of it", () => dir.holds("shared", shared("h1")));
    dir.write("leader", "h2");
    await agent.until("another leader", () => dir.holds("shared", shared("h2")));
    dir.write("prefix/local/string/leader", "an intruder");
    await agent.until("the leader", () => dir.holds("prefix/local/string/leader", "h2"));
    dir.write("max", "2");
    await agent.says(/schedule\[web\]: scheduled\n.*schedule\[web\]: scheduled\n/s);
    await agent.until("the same host", () => dir.holds("shared", shared("h2")));
    expect(await agent.stop()).toBe(0);
  }
  const later = await dir.once(
    `import "fmt"\nimport "world"\nprint "x" {\n\tmsg => fmt.printf("%v", world.schedule("web")),\n}\nkv "leader" {}\n`,
  );
  expect(later.stderr).toContain("Msg: []");
  expect(dir.has("prefix/local/string/leader")).toBe(false);
});
