import { expect } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programVersion } from "../../etcd/program-version.ts";
import { type StageOptions, stage } from "../../etcd/stage.ts";
import { asRootWithEtcd, withEtcd } from "../support/needs.ts";
import { files } from "./support/server-directory.ts";

class Scratch implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "etcd-stage-")));
  readonly directory = join(this.path, "bin");

  stage(options: Partial<StageOptions> = {}) {
    return stage("etcd", { directory: this.directory, files, environment: {}, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

withEtcd()("a program is written once, under its version and hash, and can be run", async () => {
  using scratch = new Scratch();
  const { path, version, remark } = await scratch.stage();
  expect(path).toMatch(/\/bin\/etcd-\d+\.\d+\.\d+-[0-9a-f]{8}$/);
  expect(remark).toBeUndefined();
  expect(programVersion(path)).toBe(version);
  const { ino, mode } = statSync(path);
  expect(mode & 0o7777).toBe(0o755);
  expect((await scratch.stage()).path).toBe(path);
  expect(statSync(path).ino).toBe(ino);
});

withEtcd()("a program that was tampered with is replaced", async () => {
  using scratch = new Scratch();
  const { path, version } = await scratch.stage();
  for (const tamper of [() => writeFileSync(path, "#!/bin/sh\n"), () => chmodSync(path, 0o777)]) {
    tamper();
    await scratch.stage();
    expect(programVersion(path)).toBe(version);
    expect(statSync(path).mode & 0o7777).toBe(0o755);
  }
});

withEtcd()("many at a time get the same program", async () => {
  using scratch = new Scratch();
  const staged = await Promise.all(Array.from({ length: 8 }, () => scratch.stage()));
  expect(new Set(staged.map(({ path }) => path)).size).toBe(1);
  expect(readdirSync(scratch.directory).filter((name) => name !== ".lock")).toHaveLength(1);
});

withEtcd()("a program that is named is used in the place of the one that is carried", async () => {
  using scratch = new Scratch();
  const own = join(scratch.path, "own");
  writeFileSync(own, "#!/bin/sh\necho etcd Version: 9.8.7\n", { mode: 0o755 });
  expect(await scratch.stage({ override: own })).toEqual({ path: own, version: "9.8.7" });
  const missing = scratch.stage({ override: join(scratch.path, "none") });
  await expect(missing).rejects.toThrow(join(scratch.path, "none"));
});

asRootWithEtcd("unshare")(
  "where nothing can be run, the program goes elsewhere, and that is told",
  async () => {
    using scratch = new Scratch();
    const program = join(import.meta.dir, "support", "stage-and-run.ts");
    const mount =
      'mkdir "$1/bin" "$1/runtime"; mount -t tmpfs -o noexec tmpfs "$1/bin"; exec "$2" "$3" "$1/bin" "$1/runtime"';
    const run = Bun.spawnSync(
      ["unshare", "--mount", "sh", "-ec", mount, "sh", scratch.path, process.execPath, program],
      { stdin: "ignore" },
    );
    expect(run.stderr.toString()).toBe("");
    const said = run.stdout.toString();
    expect(said).toContain(
      `nothing can be run in ${scratch.directory} (noexec): using ${scratch.path}/runtime/`,
    );
    expect(said).toContain("runs etcd ");
    const [folder = ""] = readdirSync(join(scratch.path, "runtime"));
    expect(statSync(join(scratch.path, "runtime", folder)).mode & 0o777).toBe(0o700);
  },
);
