import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { gitEnvironment, Repository } from "../support/repository.ts";
import { Agent } from "./support/agent.ts";
import { mgmt, type Result } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

/** A program in `site/` that imports a module by URL, and the repository of that. */
class Site extends Scratch {
  readonly repository = new Repository(this.at("origin/mgmt-dns"));
  /** Where the clone is below a directory of modules. */
  readonly place = join(this.repository.path.slice(1), "main.mcl");

  constructor() {
    super();
    this.greet("hello");
    this.write(
      "site/main.mcl",
      `import "${this.repository.url}/?ref=main#top"\n\nfile "${this.at("motd")}" {\n\tstate => "exists",\n\tcontent => $dns.greeting,\n}\n`,
    );
  }

  /** Commits a module with this greeting. */
  greet(greeting: string): void {
    this.repository.commit({ "metadata.yaml": "", "main.mcl": `$greeting = "${greeting}"\n` });
  }

  /** Runs mgmt in the directory of the program. */
  mgmt(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    return mgmt(args, { cwd: this.at("site"), env: { ...gitEnvironment, ...env } });
  }
}

const modules = ["--module-path", "../modules/"];

test("without --download nothing is cloned, and the cure is told", async () => {
  using site = new Site();
  const { status, stderr } = await site.mgmt(["check", ...modules, "main.mcl"]);
  expect(status).toBe(1);
  expect(stderr).toContain("error[no-such-module]");
  expect(stderr).toContain(" --> main.mcl:1:1\n");
  expect(stderr).toContain(`looked for ${site.at("modules")}`);
  expect(stderr).toContain("`--download`");
  expect(site.has("modules")).toBe(false);
});

for (const command of [["check"], ["graph"], ["run", "--standalone", "--once", "--tmp-prefix"]]) {
  test(`${command[0]} --download clones what is missing, and later works without`, async () => {
    using site = new Site();
    const told = await site.mgmt([...command, "--download", ...modules, "main.mcl"]);
    expect(told).toMatchObject({ status: 0 });
    expect(site.holds(join("modules", site.place), '$greeting = "hello"\n')).toBe(true);
    site.greet("again");
    expect(await site.mgmt([...command, "--download", ...modules, "main.mcl"])).toMatchObject({ status: 0 });
    expect(
      await site.mgmt([...command, "main.mcl"], { MGMT_MODULE_PATH: site.at("modules/") }),
    ).toMatchObject({ status: 0 });
    expect(site.holds(join("modules", site.place), '$greeting = "hello"\n')).toBe(true);
    if (command[0] === "run") expect(site.read("motd")).toBe("hello");
  });
}

test("--update takes over what is new", async () => {
  using site = new Site();
  await site.mgmt(["check", "--download", ...modules, "main.mcl"]);
  site.greet("good morning");
  const { status, stdout } = await site.mgmt([
    "graph",
    "--format",
    "json",
    "--update",
    ...modules,
    "main.mcl",
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain("good morning");
});

test("--only-download gets what is missing and runs nothing", async () => {
  using site = new Site();
  site.write("site/metadata.yaml", "path: vendor/\n");
  const { status, stdout } = await site.mgmt(["run", "--only-download", "--depth", "1", "."]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(site.has(join("site/vendor", site.place))).toBe(true);
  expect(site.has("motd")).toBe(false);
});

test("a mistake in a module is shown where it is", async () => {
  using site = new Site();
  site.repository.commit({ "main.mcl": "$greeting = \n" });
  const far = await site.mgmt(["check", "--download", ...modules, "main.mcl"]);
  expect(far.stderr).toContain(` --> ${site.at("modules")}/${site.place}:1:13\n`);
  site.write("site/metadata.yaml", "path: vendor/\n");
  const near = await mgmt(["check", "--download", "site/"], { cwd: site.path, env: gitEnvironment });
  expect(near.stderr).toContain(` --> site/vendor/${site.place}:1:13\n`);
});

test("without git, that is what is said", async () => {
  using site = new Site();
  const { status, stderr } = await site.mgmt(["check", "--download", ...modules, "main.mcl"], {
    PATH: site.mkdir("empty"),
  });
  expect(status).toBe(1);
  expect(stderr).toContain("git is not installed");
  expect(stderr).not.toContain("    at ");
  expect(site.has("modules")).toBe(false);
});

test("^C while a module is being cloned leaves nothing behind", async () => {
  using site = new Site();
  const connected = Promise.withResolvers<void>();
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: () => connected.resolve(), data() {} },
  });
  const program = site.write("slow.mcl", `import "git://127.0.0.1:${server.port}/slow/"\n`);
  await using agent = new Agent(site, ["--download", "--module-path", `${site.at("modules")}/`, program], {
    env: gitEnvironment,
  });
  await connected.promise;
  agent.signal("SIGINT");
  expect(await agent.ended()).toBeNull();
  expect(site.has("modules")).toBe(false);
});

describe("usage", () => {
  const mistakes: readonly (readonly [args: readonly string[], told: string])[] = [
    [["--module-path", "modules"], "`modules/`"],
    [["--depth", "0"], "at least 1"],
    [["--depth", "few"], "whole number"],
  ];
  for (const [args, told] of mistakes)
    for (const command of ["run", "check", "graph"])
      test(`mgmt ${command} ${args.join(" ")}`, async () => {
        const standalone = command === "run" ? ["--standalone"] : [];
        const { status, stderr } = await mgmt([command, ...standalone, ...args, "main.mcl"]);
        expect(stderr).toContain(told);
        expect(status).toBe(2);
      });
});
