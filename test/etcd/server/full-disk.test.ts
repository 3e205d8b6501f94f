import { expect } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asRootWithEtcd } from "../../support/needs.ts";
import { get, put } from "../support/call.ts";
import { ServerDirectory } from "../support/server-directory.ts";
import { SupervisorProcess } from "../support/supervisor-process.ts";

/** Runs a supervisor whose directory is a file system of its own. */
async function onDisk(directory: ServerDirectory, size: string): Promise<[SupervisorProcess, string]> {
  const store = join(directory.path, "store");
  mkdirSync(store);
  const mount = 'mount -t tmpfs -o size="$1" tmpfs "$2"; shift 2; exec "$@"';
  const by = ["unshare", "--mount", "sh", "-ec", mount, "sh", size, store];
  const supervisor = new SupervisorProcess(store, await directory.program(), { by });
  return [supervisor, `/proc/${supervisor.pid}/root${store}`];
}

asRootWithEtcd("unshare")("a disk without room for a server is told", async () => {
  await using directory = new ServerDirectory();
  const [running] = await onDisk(directory, "16m");
  await using supervisor = running;
  expect((await supervisor.event("refused")).reason).toContain("no space left on device");
});

asRootWithEtcd("unshare")("a server is there again when a full disk has room again", async () => {
  await using directory = new ServerDirectory();
  const [running, store] = await onDisk(directory, "160m");
  await using supervisor = running;
  await supervisor.event("ready");
  const socket = join(store, "run", "client.sock:0");
  await put(socket, "color", "blue");
  const filling = join(store, "filling");
  expect(() => writeFileSync(filling, Buffer.alloc(200_000_000))).toThrow("ENOSPC");
  const value = "x".repeat(500_000);
  for (let fails = false; !fails; ) {
    fails = await put(socket, "large", value).then(
      () => false,
      () => true,
    );
  }
  expect((await supervisor.event("exited")).reason).toContain("no space left on device");
  rmSync(filling);
  await supervisor.event("ready");
  expect(await get(socket, "color")).toBe("blue");
});
