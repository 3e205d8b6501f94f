import { expect } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readSnapshot } from "../../../etcd/snapshot/read.ts";
import { chooseProgram, saveBefore, upgradeServer } from "../../../etcd/upgrade/own-upgrade.ts";
import { get, put } from "../support/call.ts";
import { newerEtcd, newerVersion, withFollowedEtcd } from "../support/newer-etcd.ts";
import { files, ServerDirectory } from "../support/server-directory.ts";
import { clientOf, list, Scratch, socketOf } from "../support/snapshots.ts";

withFollowedEtcd("an agent with a newer etcd starts the one from before, and replaces it", async () => {
  using scratch = new Scratch();
  await using directory = new ServerDirectory();
  const old = await directory.program();
  const bin = join(old.path, "..");
  const wanted = newerEtcd(scratch.path, old, newerVersion);
  const options = { directory: directory.path, bin, wanted };
  const snapshots = scratch.at("snapshots");
  // Nothing is there yet.
  expect(chooseProgram(options)).toEqual({ program: wanted, next: undefined, isBlind: false });
  const first = await directory.start();
  await put(first.clientSocket, "color", "blue");
  await first.stop();

  const chosen = chooseProgram(options);
  expect(chosen).toEqual({
    program: { path: old.path, version: old.version },
    next: wanted,
    isBlind: false,
  });
  const server = await directory.start({ program: chosen.program });
  using client = clientOf(socketOf(server));
  const told: string[] = [];
  const isUpgraded = await upgradeServer(
    {
      server,
      wanted,
      client,
      name: "one",
      lock: "/upgrade/",
      snapshots,
      poll: 50,
      onEvent: ({ type }) => told.push(type),
    },
    new AbortController().signal,
  );
  expect(isUpgraded).toBe(true);
  expect(told).toEqual(["upgrading", "upgraded"]);
  expect(await get(server.clientSocket, "color")).toBe("blue");
  const [saved = ""] = list(snapshots);
  expect(saved).toMatch(/^before-etcd-[\d.]+-\d+T\d+Z-r\d+\.db$/);
  expect(saved).toContain(newerVersion);
  expect((await readSnapshot(join(snapshots, saved))).revision).toBeGreaterThan(1n);
  await server.stop();
  // From now on it is what starts.
  expect(chooseProgram(options)).toEqual({ program: wanted, next: undefined, isBlind: false });
});

withFollowedEtcd(
  "where the program from before is gone, the newer one starts after the data were saved",
  async () => {
    using scratch = new Scratch();
    await using directory = new ServerDirectory();
    const old = await directory.program();
    const server = await directory.start();
    await put(server.clientSocket, "color", "blue");
    await server.stop();
    const wanted = newerEtcd(scratch.path, old, newerVersion);
    const options = { directory: directory.path, bin: scratch.at("none"), wanted };
    expect(chooseProgram(options)).toEqual({ program: wanted, next: undefined, isBlind: true });
    const snapshots = scratch.at("snapshots");
    const saved = await saveBefore({ ...options, snapshots, files });
    expect(saved?.revision).toBe(2n);
    expect(list(snapshots)).toHaveLength(1);
    const tooNew = { path: wanted.path, version: "3.99.0" };
    expect(() => chooseProgram({ ...options, wanted: tooNew })).toThrow(
      `etcd 3.99.0 cannot take over from ${old.version}: minor versions follow one another, so run 3.`,
    );
    rmSync(join(directory.path, "server"), { recursive: true });
    expect(chooseProgram({ ...options, wanted: tooNew }).program).toEqual(tooNew);
  },
);
