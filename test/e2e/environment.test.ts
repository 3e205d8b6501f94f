import { describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { asRootWith } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { binary } from "./support/binary.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

/** What Bun would obey if the executable let it. */
function trap(dir: Scratch): void {
  const preload = 'preload = ["./evil.ts"]\n';
  dir.write(
    "bunfig.toml",
    `${preload}[run]\n${preload}[test]\n${preload}[define]\n"process.env.HOME" = "'evil'"\n`,
  );
  dir.write("evil.ts", `require("fs").writeFileSync("${dir.at("EVIL")}", ""); console.log("EVIL");\n`);
  dir.write("package.json", '{ "name": "evil", "main": "evil.ts", "imports": { "#x": "./evil.ts" } }\n');
  dir.write("tsconfig.json", '{ "compilerOptions": { "paths": { "*": ["./evil.ts"] } } }\n');
  for (const module of ["parsimmon", "citty", "consola", "arktype"]) {
    dir.write(`node_modules/${module}/package.json`, `{ "name": "${module}", "main": "../../evil.ts" }\n`);
  }
  for (const name of [".env", ".env.local", ".env.production", ".env.development"]) {
    dir.write(name, `EVIL=1\nMGMT_PREFIX=${dir.at("EVIL")}\nMGMT_NO_NETWORK=1\nMGMT_MAX_RUNTIME=1\n`);
  }
}

const program = `import "sys"
exec "/usr/bin/env > DIR/given" {
	shell => "/bin/sh",
}
file "DIR/has" {
	state => "exists",
	content => if sys.hasenv("EVIL") { "evil" } else { "clean" },
}
`;

describe("what lies where it is started has no say", () => {
  for (const [name, env] of Object.entries({ "usual environment": undefined, "empty environment": {} })) {
    test(name, async () => {
      using dir = new Scratch();
      trap(dir);
      const call = env === undefined ? { cwd: dir.path } : { cwd: dir.path, env };
      const { status, stdout, stderr } = await dir.once(program, ["--log-level", "warn"], call);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(dir.read("has")).toBe("clean");
      expect(dir.has("EVIL")).toBe(false);
      for (const args of [
        ["--version"],
        ["--help"],
        ["docs"],
        ["check", "main.mcl"],
        ["graph", "main.mcl"],
      ]) {
        const other = await mgmt(args, call);
        expect(other.status).toBe(0);
        expect(other.stdout + other.stderr).not.toContain("EVIL");
      }
      expect(dir.has("EVIL")).toBe(false);
    });
  }
});

test("commands get the environment they are given, and nothing of the agent's", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(program, [], { env: { ...process.env, SECRET: "1" } });
  expect(status).toBe(0);
  const names = dir
    .read("given")
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0] ?? "");
  // What a shell sets by itself.
  expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name))).toEqual([]);
});

asRootWith("unshare")(
  "the executable alone is enough: moved, in an empty root, without PATH, as somebody else",
  async () => {
    using dir = new Scratch();
    const root = dir.mkdir("root");
    dir.mkdir("root/tmp");
    dir.mkdir("root/proc");
    Bun.spawnSync(["chmod", "-R", "a+rwX", dir.path]);
    copyFileSync(binary, dir.at("root/mgmt"));
    Bun.spawnSync(["chmod", "a+rx", dir.at("root/mgmt")]);
    // The C library is all that it needs; it is looked for where it is outside.
    const libraries = Bun.spawnSync(["ldd", binary]).stdout.toString().match(/\/\S+/g) ?? [];
    for (const library of libraries) {
      dir.mkdir(`root${dirname(library)}`);
      copyFileSync(library, `${root}${library}`);
      Bun.spawnSync(["chmod", "a+rx", `${root}${library}`]);
    }
    dir.write("root/tmp/site.mcl", 'file "/tmp/made" {\n\tstate => "exists",\n\tcontent => "alone",\n}\n');
    // Bun does not start without /proc.
    const script = `mount --rbind /proc '${root}/proc'; exec env -i "$(command -v chroot)" "$@"`;
    const enter = [
      "unshare",
      "--mount",
      "--",
      "sh",
      "-c",
      script,
      "sh",
      "--userspec=65534:65534",
      root,
      "/mgmt",
    ];
    const run = Bun.spawnSync([
      ...enter,
      "--standalone",
      "--once",
      "--prefix",
      "/tmp/prefix",
      "/tmp/site.mcl",
    ]);
    expect(run.stderr.toString()).not.toContain("error");
    expect(run.exitCode).toBe(0);
    expect(readFileSync(dir.at("root/tmp/made"), "utf8")).toBe("alone");
    expect(Bun.spawnSync([...enter, "docs", "file"]).stdout.toString()).toContain("content");
  },
);

test("it opens no network socket", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [dir.program('file "DIR/x" {\n\tstate => "exists",\n}\n')]);
  await agent.until("the file is there", () => dir.has("x"));
  const own =
    Bun.spawnSync(["ls", "-l", `/proc/${agent.pid}/fd`])
      .stdout.toString()
      .match(/socket:\[(\d+)\]/g) ?? [];
  const inodes = own.map((each) => each.slice("socket:[".length, -1));
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    const lines = readFileSync(`/proc/${agent.pid}/net/${table}`, "utf8").trim().split("\n").slice(1);
    for (const line of lines) expect(inodes).not.toContain(line.trim().split(/\s+/)[9] ?? "");
  }
});

test("umask and working directory do not matter to what is made", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(
    'file "DIR/strict" {\n\tstate => "exists",\n\tmode => "0666",\n}\nfile "DIR/masked" {\n\tstate => "exists",\n\tcontent => "x",\n}\n',
    ["--converger-status-file", dir.at("status"), "--converger-timeout=0"],
    { by: ["sh", "-c", 'cd /; umask 027; exec "$@"', "sh"] },
  );
  expect(status).toBe(0);
  expect([dir.mode("strict"), dir.mode("masked")]).toEqual([0o666, 0o640]);
});
