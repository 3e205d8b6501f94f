import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ObtainEnvironment, obtain } from "../../etcd/obtain.ts";
import { sha256Of, unpack } from "../../etcd/packed.ts";
import { thisTarget } from "../../etcd/release.ts";

const fake = "#!/bin/sh\necho etcd Version: 9.8.7\n";
const fakeHash = sha256Of(Buffer.from(fake));

class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "etcd-obtain-"));
  readonly cache = join(this.path, "cache");

  /** A program that says it is etcd 9.8.7. */
  binary(text = fake): string {
    const path = join(this.path, "etcd");
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  }

  obtain(environment: ObtainEnvironment = {}) {
    return obtain({ target: thisTarget(), cache: this.cache, environment, download: false });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

test("nothing at hand and nothing to be downloaded is nothing", async () => {
  using scratch = new Scratch();
  expect(await scratch.obtain()).toEqual([]);
});

test("a binary whose hash is named is taken, packed, and unpacks to the same", async () => {
  using scratch = new Scratch();
  const environment = { MGMT_ETCD_BINARY: scratch.binary(), MGMT_ETCD_SHA256: fakeHash };
  const programs = await scratch.obtain(environment);
  expect(programs).toMatchObject([{ name: "etcd", version: "9.8.7", sha256: fakeHash }]);
  for (const program of programs) expect(Buffer.from(unpack(program)).toString()).toBe(fake);
  expect(await scratch.obtain(environment)).toEqual(programs);
});

test("a binary that nobody knows is refused, with what to say to have it", async () => {
  using scratch = new Scratch();
  const refused = scratch.obtain({ MGMT_ETCD_BINARY: scratch.binary() });
  await expect(refused).rejects.toThrow(`MGMT_ETCD_SHA256=${fakeHash}`);
  expect(readdirSync(scratch.cache)).toEqual([]);
});

test("a binary of another hash than the one named is refused", async () => {
  using scratch = new Scratch();
  const path = scratch.binary();
  const refused = scratch.obtain({ MGMT_ETCD_BINARY: path, MGMT_ETCD_SHA256: "0".repeat(64) });
  await expect(refused).rejects.toThrow(`${path} is not to be trusted`);
});

test("a program that is no etcd is refused though its hash is named", async () => {
  using scratch = new Scratch();
  const text = "#!/bin/sh\necho hello\n";
  const environment = {
    MGMT_ETCD_BINARY: scratch.binary(text),
    MGMT_ETCD_SHA256: sha256Of(Buffer.from(text)),
  };
  const refused = scratch.obtain(environment);
  await expect(refused).rejects.toThrow("does not tell the version of an etcd, but: hello");
});

test("a binary that is not there is named", async () => {
  using scratch = new Scratch();
  const refused = scratch.obtain({ MGMT_ETCD_BINARY: join(scratch.path, "none") });
  await expect(refused).rejects.toThrow("MGMT_ETCD_BINARY");
});

test("an archive is downloaded once, and only if its hash is right", async () => {
  using scratch = new Scratch();
  const folder = "etcd-v9.8.7-linux-amd64";
  const archive = await new Bun.Archive(
    { [`${folder}/etcd`]: fake, [`${folder}/etcdctl`]: "client", [`${folder}/README.md`]: "text" },
    { compress: "gzip" },
  ).bytes();
  let requests = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      requests++;
      return request.url.endsWith("/good") ? new Response(archive) : new Response("no", { status: 404 });
    },
  });
  const url = (path: string): string => `http://127.0.0.1:${server.port}/${path}`;
  try {
    const good = { MGMT_ETCD_URL: url("good"), MGMT_ETCD_SHA256: sha256Of(archive) };
    const programs = await scratch.obtain(good);
    expect(programs).toMatchObject([
      { name: "etcd", version: "9.8.7", sha256: fakeHash },
      { name: "etcdctl", version: "9.8.7" },
    ]);
    expect(await scratch.obtain(good)).toEqual(programs);
    expect(requests).toBe(1);
    const refusals: readonly (readonly [ObtainEnvironment, string])[] = [
      [{ MGMT_ETCD_URL: url("good") }, "MGMT_ETCD_SHA256"],
      [{ MGMT_ETCD_URL: url("good"), MGMT_ETCD_SHA256: "0".repeat(64) }, "is not to be trusted"],
      [{ MGMT_ETCD_URL: url("bad"), MGMT_ETCD_SHA256: "0".repeat(64) }, "the server answers 404"],
    ];
    for (const [environment, told] of refusals) {
      const refused = scratch.obtain(environment);
      await expect(refused).rejects.toThrow(told);
    }
  } finally {
    await server.stop(true);
  }
});

test("what is damaged in the cache is not taken from it", async () => {
  using scratch = new Scratch();
  const environment = { MGMT_ETCD_BINARY: scratch.binary(), MGMT_ETCD_SHA256: fakeHash };
  const [program] = await scratch.obtain(environment);
  if (program === undefined) throw new Error("nothing was obtained");
  for (const content of ["", "garbage", Bun.zstdCompressSync(Buffer.from("another"))]) {
    writeFileSync(program.path, content);
    expect(() => unpack(program)).toThrow(`${program.path} is damaged`);
    expect(await scratch.obtain(environment)).toEqual([program]);
    expect(unpack(program)).toHaveLength(fake.length);
  }
});

test("without a source a build tells what it tried, and what to do", async () => {
  using scratch = new Scratch();
  mkdirSync(join(scratch.path, "empty"));
  const program = join(import.meta.dir, "support", "obtain-anything.ts");
  const run = Bun.spawnSync([process.execPath, program, scratch.cache], {
    env: { PATH: join(scratch.path, "empty") },
  });
  expect(run.stdout.toString()).toContain("there is no etcd for the executable to carry");
  expect(run.stdout.toString()).toContain("this machine has no apt-get");
  expect(run.stdout.toString()).toContain("--etcd none");
});
