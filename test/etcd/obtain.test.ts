import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NamedSource, obtain } from "../../etcd/obtain.ts";
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

  obtain(source: NamedSource = {}) {
    return obtain({ target: thisTarget(), cache: this.cache, source, download: false });
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
  const source = { binary: scratch.binary(), sha256: fakeHash };
  const programs = await scratch.obtain(source);
  expect(programs).toMatchObject([{ name: "etcd", version: "9.8.7", sha256: fakeHash }]);
  for (const program of programs) expect(Buffer.from(unpack(program)).toString()).toBe(fake);
  expect(await scratch.obtain(source)).toEqual(programs);
});

test("a binary that nobody knows is refused, with the hash that would have to be named", async () => {
  using scratch = new Scratch();
  const refused = scratch.obtain({ binary: scratch.binary() });
  await expect(refused).rejects.toThrow(`name its SHA-256, ${fakeHash}`);
  expect(readdirSync(scratch.cache)).toEqual([]);
});

test("a binary of another hash than the one named is refused", async () => {
  using scratch = new Scratch();
  const path = scratch.binary();
  const refused = scratch.obtain({ binary: path, sha256: "0".repeat(64) });
  await expect(refused).rejects.toThrow(`${path} is not to be trusted`);
});

test("a program that is no etcd is refused though its hash is named", async () => {
  using scratch = new Scratch();
  const text = "#!/bin/sh\necho hello\n";
  const source = {
    binary: scratch.binary(text),
    sha256: sha256Of(Buffer.from(text)),
  };
  const refused = scratch.obtain(source);
  await expect(refused).rejects.toThrow("does not tell the version of an etcd, but: hello");
});

test("a binary that is not there is named", async () => {
  using scratch = new Scratch();
  const refused = scratch.obtain({ binary: join(scratch.path, "none") });
  await expect(refused).rejects.toThrow(`cannot take the etcd ${join(scratch.path, "none")}`);
});

test("a version that nobody knows is refused, with those that are known", async () => {
  using scratch = new Scratch();
  const { cache } = scratch;
  const refused = obtain({ target: thisTarget(), cache, version: "9.8.7", download: true });
  await expect(refused).rejects.toThrow(/^etcd 9\.8\.7 is not known here, only 3\.4\.\d+, /);
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
    const good = { url: url("good"), sha256: sha256Of(archive) };
    const programs = await scratch.obtain(good);
    expect(programs).toMatchObject([
      { name: "etcd", version: "9.8.7", sha256: fakeHash },
      { name: "etcdctl", version: "9.8.7" },
    ]);
    expect(await scratch.obtain(good)).toEqual(programs);
    expect(requests).toBe(1);
    const refusals: readonly (readonly [NamedSource, string])[] = [
      [{ url: url("good") }, "the SHA-256 that it must have"],
      [{ url: url("good"), sha256: "0".repeat(64) }, "is not to be trusted"],
      [{ url: url("bad"), sha256: "0".repeat(64) }, "the server answers 404"],
    ];
    for (const [source, told] of refusals) {
      const refused = scratch.obtain(source);
      await expect(refused).rejects.toThrow(told);
    }
  } finally {
    await server.stop(true);
  }
});

test("what is damaged in the cache is not taken from it", async () => {
  using scratch = new Scratch();
  const source = { binary: scratch.binary(), sha256: fakeHash };
  const [program] = await scratch.obtain(source);
  if (program === undefined) throw new Error("nothing was obtained");
  for (const content of ["", "garbage", Bun.zstdCompressSync(Buffer.from("another"))]) {
    writeFileSync(program.path, content);
    expect(() => unpack(program)).toThrow(`${program.path} is damaged`);
    expect(await scratch.obtain(source)).toEqual([program]);
    expect(unpack(program)).toHaveLength(fake.length);
  }
});

test("without a source a build tells what it tried, and why it failed", async () => {
  using scratch = new Scratch();
  mkdirSync(join(scratch.path, "empty"));
  const program = join(import.meta.dir, "support", "obtain-anything.ts");
  const run = Bun.spawnSync([process.execPath, program, scratch.cache], {
    env: { PATH: join(scratch.path, "empty") },
  });
  expect(run.stdout.toString()).toContain("there is no etcd for the executable to carry");
  expect(run.stdout.toString()).toContain("this machine has no apt-get");
});
