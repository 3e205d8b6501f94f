import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EtcdServerOptions } from "../../../etcd/server/etcd-server.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { ServerError } from "../../../etcd/server/server-error.ts";
import { readState, updateState } from "../../../etcd/server/state-file.ts";
import { snapshotOfData } from "../../../etcd/snapshot/offline.ts";
import { type RestoreOptions, restoreSnapshot } from "../../../etcd/snapshot/restore.ts";
import { restoreProgram } from "../../../etcd/snapshot/restore-program.ts";
import { saveSnapshotAs } from "../../../etcd/snapshot/save.ts";
import { get, put } from "../support/call.ts";
import { failureOf } from "../support/failure.ts";
import { etcdVersion, freePort, withEtcd } from "../support/server.ts";
import { files, ServerDirectory } from "../support/server-directory.ts";
import { clientOf, fill, list, maintenanceOf, restorer, Scratch, socketOf } from "../support/snapshots.ts";

const now = new Date("2030-02-03T04:05:06.789Z");
const aside = "server.before-restore-20300203T040506Z";

/** Restores into the directory of a server. */
async function restore(directory: ServerDirectory, file: string, options: Partial<RestoreOptions> = {}) {
  const program = await restorer(directory);
  return restoreSnapshot({ file, directory: directory.path, program, files, name: "one", now, ...options });
}

/** A snapshot of a store in which `color` is `blue`. */
async function blueSnapshot(path: string, options: Partial<EtcdServerOptions> = {}): Promise<string> {
  await using directory = new ServerDirectory();
  const server = await directory.start(options);
  await put(server.clientSocket, "color", "blue");
  using client = clientOf(socketOf(server));
  await saveSnapshotAs(path, { maintenance: maintenanceOf(client) });
  return path;
}

withEtcd("what was saved is there again, in a cluster of its own; what was there is kept", async () => {
  using scratch = new Scratch();
  await using directory = new ServerDirectory();
  const before = await directory.start();
  await put(before.clientSocket, "color", "blue");
  const snapshot = scratch.at("store.db");
  using client = clientOf(socketOf(before));
  await fill(client, 3);
  const { revision } = await saveSnapshotAs(snapshot, { maintenance: maintenanceOf(client) });
  await put(before.clientSocket, "color", "red");
  await before.stop();
  const { state, data } = layoutOf(directory.path);
  updateState(state, { endpoints: ["http://elsewhere:2379"] }, files);
  const was = readState(state);

  const restored = await restore(directory, snapshot);
  expect(restored).toMatchObject({
    name: "one",
    peerUrls: ["unix://peer.sock:0"],
    dataMovedTo: join(directory.path, aside),
    snapshot: { revision },
  });
  expect(readState(state)).toEqual({
    mode: "member",
    token: restored.token,
    etcdVersion: was.etcdVersion,
  });
  expect(list(directory.path).filter((name) => name.startsWith("server"))).toEqual(["server", aside]);
  expect(existsSync(join(directory.path, aside, "member", "wal"))).toBe(true);

  const after = await directory.start({ cluster: { token: restored.token, state: "new" } });
  expect(await get(after.clientSocket, "color")).toBe("blue");
  expect(await get(after.clientSocket, "/large/2")).toHaveLength(1_000_000);
  const is = readState(state);
  expect(is.clusterId).not.toBe(was.clusterId);
  expect(is.memberId).not.toBe(was.memberId);
  await put(after.clientSocket, "color", "green");
  await after.stop();

  rmSync(data, { recursive: true });
  const second = await restore(directory, snapshot);
  expect(second.dataMovedTo).toBeUndefined();
  expect(second.token).not.toBe(restored.token);
  const third = await restore(directory, snapshot);
  expect(third.dataMovedTo).toBe(join(directory.path, `${aside}-2`));
});

withEtcd("a snapshot goes to another name, and to a host where nothing is yet", async () => {
  using scratch = new Scratch();
  const snapshot = await blueSnapshot(scratch.at("store.db"), { name: "old" });
  await using directory = new ServerDirectory();
  const restored = await restore(directory, snapshot, {
    name: "other",
    peerUrls: ["http://127.0.0.1:12380", "http://127.0.0.2:12380"],
  });
  expect(restored.dataMovedTo).toBeUndefined();
  const { state } = layoutOf(directory.path);
  expect(readState(state).mode).toBe("member");
  const again = await restore(directory, snapshot, { name: "other" });
  expect(again.peerUrls).toEqual(["unix://peer.sock:0"]);
  const server = await directory.start({ name: "other" });
  expect(await get(server.clientSocket, "color")).toBe("blue");
});

withEtcd("a member that the snapshot knows keeps its addresses", async () => {
  using scratch = new Scratch();
  const url = `http://127.0.0.1:${await freePort()}`;
  const snapshot = await blueSnapshot(scratch.at("store.db"), { name: "far", peers: { urls: [url] } });
  await using directory = new ServerDirectory();
  expect((await restore(directory, snapshot, { name: "far" })).peerUrls).toEqual([url]);
});

withEtcd("a server that runs is not restored under", async () => {
  using scratch = new Scratch();
  const snapshot = await blueSnapshot(scratch.at("store.db"));
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await put(server.clientSocket, "color", "red");
  const error = await failureOf(restore(directory, snapshot));
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toHaveProperty("code", "locked");
  expect(await get(server.clientSocket, "color")).toBe("red");
  expect(list(directory.path).filter((name) => name.startsWith("server"))).toEqual(["server"]);
});

withEtcd("what fails leaves everything as it was", async () => {
  using scratch = new Scratch();
  const snapshot = await blueSnapshot(scratch.at("store.db"));
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await put(server.clientSocket, "color", "red");
  await server.stop();
  const { state } = layoutOf(directory.path);
  const was = readFileSync(state, "utf8");
  const names = list(directory.path);

  const cut = scratch.at("cut.db");
  writeFileSync(cut, readFileSync(snapshot).subarray(0, 10_000));
  const failing = scratch.at("failing");
  writeFileSync(
    failing,
    '#!/bin/sh\nfor last; do :; done\nmkdir -p "${last#--data-dir=}/member"\necho "Error: out of luck" >&2\nexit 1\n',
  );
  chmodSync(failing, 0o755);
  const program = { path: failing, version: etcdVersion };
  const noWrite = {
    ...files,
    replaceFile: () => {
      throw new Error("no more state");
    },
  };
  const aborted = AbortSignal.abort(new Error("never mind"));
  const newer = { path: scratch.at("none"), version: etcdVersion };
  const failures: readonly (readonly [Partial<RestoreOptions>, string])[] = [
    [{ file: cut }, "is not complete (10000 bytes); use another"],
    [{ file: scratch.at("none.db") }, "no such file or directory"],
    [{ program }, "could not be restored: out of luck; nothing was changed"],
    [{ program: newer }, "cannot run"],
    [{ program: { ...newer, version: "3.3.0" } }, "which etcd 3.3.0 cannot read"],
    [{ files: noWrite }, "no more state"],
    [{ signal: aborted }, "never mind"],
    [{ name: "a=b" }, "cannot be the name of a member"],
  ];
  for (const [options, message] of failures) {
    const error = await failureOf(restore(directory, snapshot, options));
    expect(String(error)).toContain(message);
    expect(list(directory.path)).toEqual(names);
    expect(readFileSync(state, "utf8")).toBe(was);
  }
  const again = await directory.start();
  expect(await get(again.clientSocket, "color")).toBe("red");
});

withEtcd("a snapshot of the data of a server that was stopped", async () => {
  using scratch = new Scratch();
  await using directory = new ServerDirectory();
  const save = () =>
    snapshotOfData({ server: directory.path, files, directory: scratch.path, name: "offline.db" });
  expect(await save()).toBeUndefined();
  const server = await directory.start();
  await put(server.clientSocket, "color", "blue");
  expect(await failureOf(save())).toHaveProperty("code", "locked");
  await server.stop();
  const saved = await save();
  expect(saved?.revision).toBe(2n);
  await using fresh = new ServerDirectory();
  await restore(fresh, scratch.at("offline.db"));
  expect(await get((await fresh.start()).clientSocket, "color")).toBe("blue");
});

withEtcd("a server that its supervisor left behind is ended first", async () => {
  using scratch = new Scratch();
  const snapshot = await blueSnapshot(scratch.at("store.db"));
  await using directory = new ServerDirectory();
  const { path } = await directory.program();
  const { run, process: record, data } = layoutOf(directory.path);
  mkdirSync(run, { recursive: true });
  const left = Bun.spawn(
    [
      path,
      `--data-dir=${data}`,
      "--listen-client-urls=unix://c:0",
      "--advertise-client-urls=unix://c:0",
    ].concat(
      "--listen-peer-urls=unix://p:0",
      "--initial-advertise-peer-urls=unix://p:0",
      "--initial-cluster=default=unix://p:0",
    ),
    { cwd: run, stdio: ["ignore", "ignore", "ignore"] },
  );
  const started = readFileSync(`/proc/${left.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
  writeFileSync(record, JSON.stringify({ pid: left.pid, startTime: started, program: realpathSync(path) }));
  const deadline = performance.now() + 20_000;
  while (!existsSync(join(data, "member", "wal")) && performance.now() < deadline) await Bun.sleep(10);
  await restore(directory, snapshot);
  await left.exited;
  rmSync(run, { recursive: true });
  expect(left.signalCode ?? left.exitCode).not.toBeNull();
});

test("which program restores", () => {
  using scratch = new Scratch();
  const script = (name: string, version: string): string => {
    const path = scratch.at(name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho "${name} version: ${version}"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const old = { path: script("old/etcdctl", "3.4.23"), version: "3.4.23" };
  expect(restoreProgram(old, "")).toEqual(old);
  const late = { path: script("late/etcdctl", "3.5.9"), version: "3.5.9" };
  expect(restoreProgram(late, "")).toEqual(late);
  const newest = { path: script("new/etcdctl", "3.6.1"), version: "3.6.1" };
  expect(() => restoreProgram(newest, scratch.path)).toThrow(
    "etcdctl 3.6.1 does not restore snapshots any more, and there is no etcdutl beside",
  );
  const installed = script("bin/etcdutl", "3.6.2");
  expect(restoreProgram(newest, scratch.at("bin"))).toEqual({ path: installed, version: "3.6.2" });
  const beside = script("new/etcdutl", "3.6.1");
  expect(restoreProgram(newest, scratch.at("bin"))).toEqual({ path: beside, version: "3.6.1" });
  expect(restoreProgram(old, "", installed)).toEqual({ path: installed, version: "3.6.2" });
});
