/** Snapshots for tests: of real stores, and files that are none. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { Maintenance } from "../../../etcd/client/maintenance.ts";
import type { EtcdServer } from "../../../etcd/server/etcd-server.ts";
import { type RestoreProgram, restoreProgram } from "../../../etcd/snapshot/restore-program.ts";
import { stage } from "../../../etcd/stage.ts";
import { files, type ServerDirectory } from "./server-directory.ts";

export function clientOf(...urls: readonly string[]): EtcdClient & Disposable {
  const client = new EtcdClient({ endpoints: urls, timeout: 10_000 });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

export function socketOf({ clientSocket }: EtcdServer): string {
  return `unix://${clientSocket}`;
}

export function maintenanceOf(client: EtcdClient): Maintenance {
  return new Maintenance(client.connection);
}

/** Bytes that do not get smaller when they are packed, the same each time. */
export function noise(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed + 1;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Puts so many values of a megabyte. */
export async function fill(client: EtcdClient, megabytes: number): Promise<void> {
  const value = noise(1_000_000, 7);
  for (let index = 0; index < megabytes; index++) await client.put(`/large/${index}`, value);
}

/** The `etcdctl` beside what `MGMT_ETCD_BINARY` names, else the one that was obtained or is installed. */
export async function restorer({ path }: ServerDirectory): Promise<RestoreProgram> {
  const { PATH, MGMT_ETCD_BINARY } = process.env;
  const override = MGMT_ETCD_BINARY && join(dirname(MGMT_ETCD_BINARY), "etcdctl");
  const client = await stage("etcdctl", {
    directory: join(path, "bin"),
    files,
    override,
    environment: { PATH },
  });
  return restoreProgram(client, "");
}

/** A fresh directory. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-snapshot-"));

  at(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What is in a directory. */
export function list(directory: string): readonly string[] {
  return readdirSync(directory).sort();
}
