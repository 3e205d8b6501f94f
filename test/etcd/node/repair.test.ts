import { expect } from "bun:test";
import { repairAsRoot } from "../../../etcd/node/repair.ts";
import { Gateway, Unidentified } from "../../../etcd/server/gateway.ts";
import { SecureServer } from "../support/secure-server.ts";
import { etcdVersion, withEtcd } from "../support/server.ts";

withEtcd("root sees how a server is, also one that tells nobody else", async () => {
  await using secure = await SecureServer.start();
  const { signal } = new AbortController();
  const status = await repairAsRoot(async () => secure.root, secure.url).status(signal);
  expect(status).toMatchObject({ version: etcdVersion, hasLeader: true, isAlarmed: false });
  const gateway = new Gateway(secure.server.url.replace("unix://", ""));
  const local = await gateway.status(signal).catch((error: unknown) => error);
  // Older ones tell everybody.
  if (!(local instanceof Unidentified)) expect(local).toEqual({ ...status, size: expect.any(Number) });
  else expect(Bun.semver.order(etcdVersion, "3.4.23")).toBe(1);
});
