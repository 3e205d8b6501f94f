import { expect } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../../../etcd/packed.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { olderPrograms } from "../../../etcd/upgrade/older-programs.ts";
import { get, put } from "../support/call.ts";
import { failureOf } from "../support/failure.ts";
import { newerEtcd, newerVersion } from "../support/newer-etcd.ts";
import { etcdVersion, withEtcd } from "../support/server.ts";
import { ServerDirectory } from "../support/server-directory.ts";

withEtcd("a server goes on as another program, and only it is restarted", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await put(server.clientSocket, "color", "blue");
  const before = server.pid;
  const newer = newerEtcd(directory.path, server.program, newerVersion);
  await server.replaceProgram(newer);
  expect(server.program).toEqual(newer);
  expect(server.pid).not.toBe(before);
  expect(await get(server.clientSocket, "color")).toBe("blue");
  const events = directory.events.map(({ type }) => type).filter((type) => type !== "log");
  expect(events).toEqual(["started", "ready", "started", "ready"]);
  expect(readState(layoutOf(directory.path).state).etcdVersion).toBe(newerVersion);
  const back = { path: newer.path, version: etcdVersion };
  expect(await failureOf(server.replaceProgram(back))).toHaveProperty("code", "newer-data");
  await server.stop();
  expect(await failureOf(server.replaceProgram(newer))).toHaveProperty("code", "ended");
  expect(await failureOf(directory.start())).toHaveProperty("code", "newer-data");
});

withEtcd("another program that does not work is told, and tried again", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { firstDelay: 50, longestDelay: 50, failures: 1000 } });
  await put(server.clientSocket, "color", "blue");
  const broken = newerEtcd(
    directory.path,
    server.program,
    newerVersion,
    `[ -e "${directory.path}/works" ] || { echo no luck >&2; exit 3; }`,
  );
  expect(String(await failureOf(server.replaceProgram(broken)))).toContain(
    "etcd ended with status 3: no luck",
  );
  await directory.event("restarting", 2);
  // Even if its agent is restarted, nothing older may work on the data from now on.
  expect(readState(layoutOf(directory.path).state).etcdVersion).toBe(newerVersion);
  writeFileSync(join(directory.path, "works"), "");
  await directory.event("ready", 2);
  expect(await get(server.clientSocket, "color")).toBe("blue");
});

withEtcd("whoever waits for another program hears when the server is stopped instead", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  const slow = newerEtcd(directory.path, server.program, newerVersion, "exec sleep 1000");
  const replaced = failureOf(server.replaceProgram(slow));
  await directory.event("started", 2);
  await server.stop();
  expect(await replaced).toHaveProperty("code", "ended");
});

withEtcd("programs from before are found where they were put", async () => {
  await using directory = new ServerDirectory();
  const { path, version } = await directory.program();
  const bin = join(directory.path, "bin");
  const older = Buffer.from("#!/bin/sh\n");
  const olderPath = join(bin, `etcd-3.3.9-${sha256Of(older).slice(0, 8)}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(olderPath, older);
  chmodSync(olderPath, 0o755);
  copyFileSync(olderPath, join(bin, "etcd-3.3.8-00000000"));
  writeFileSync(join(bin, `etcd-3.3.7-${sha256Of(older).slice(0, 8)}`), older, { mode: 0o644 });
  const found = olderPrograms(bin).toSorted((one, other) => (one.version < other.version ? -1 : 1));
  expect(found.filter((each) => each.path.startsWith(bin))).toEqual(
    path.startsWith(bin)
      ? [
          { path: olderPath, version: "3.3.9" },
          { path, version },
        ]
      : [{ path: olderPath, version: "3.3.9" }],
  );
  expect(olderPrograms(join(bin, "none"))).toEqual([]);
});
