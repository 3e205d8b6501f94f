import { expect, test } from "bun:test";
import { type ServerFlags, serverArguments } from "../../../etcd/server/flags.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";

const flags = (more: Partial<ServerFlags> = {}) =>
  serverArguments({ name: "h1", cluster: { token: "t", state: "new" }, ...more }, layoutOf("/store"));

test("by itself a server listens on sockets, and is its own cluster", () => {
  expect(flags()).toEqual(
    expect.arrayContaining([
      "--name=h1",
      "--data-dir=/store/server",
      "--listen-client-urls=unix://client.sock:0",
      "--listen-peer-urls=unix://peer.sock:0",
      "--initial-cluster=h1=unix://peer.sock:0",
      "--initial-cluster-token=t",
      "--initial-cluster-state=new",
      "--strict-reconfig-check",
      "--pre-vote",
      "--max-txn-ops=512",
      "--auto-compaction-mode=periodic",
      "--auto-compaction-retention=1h",
      "--quota-backend-bytes=2147483648",
    ]),
  );
  expect(flags().some((flag) => flag.includes("cert"))).toBe(false);
});

test("a cluster is made of one member for once only", () => {
  const cluster = { token: "t", state: "existing" } as const;
  expect(flags({ cluster: { ...cluster, forceNew: true } })).toContain("--force-new-cluster");
  expect(flags({ cluster })).not.toContain("--force-new-cluster");
});

test("in a cluster it listens where it is told, and asks for certificates", () => {
  const tls = { certFile: "/pki/server.crt", keyFile: "/pki/server.key", trustedCaFile: "/pki/ca.crt" };
  const peer = { certFile: "/pki/peer.crt", keyFile: "/pki/peer.key", trustedCaFile: "/pki/peer-ca.crt" };
  const [revoked, revokedPeers] = [{ revocations: "/pki/client.crl" }, { revocations: "/pki/peer.crl" }];
  const all = flags({
    clients: { urls: ["https://0.0.0.0:2379"], advertise: ["https://h1:2379"], tls: { ...tls, ...revoked } },
    peers: {
      urls: ["https://0.0.0.0:2380"],
      advertise: ["https://h1:2380"],
      tls: { ...peer, ...revokedPeers },
    },
    cluster: {
      token: "t",
      state: "existing",
      members: { h1: ["https://h1:2380"], h2: ["https://h2:2380", "https://[::2]:2380"] },
    },
    quota: 1,
  });
  expect(all).toEqual(
    expect.arrayContaining([
      "--listen-client-urls=unix://client.sock:0,https://0.0.0.0:2379",
      "--advertise-client-urls=https://h1:2379",
      "--listen-peer-urls=https://0.0.0.0:2380",
      "--initial-advertise-peer-urls=https://h1:2380",
      "--initial-cluster=h1=https://h1:2380,h2=https://h2:2380,h2=https://[::2]:2380",
      "--initial-cluster-state=existing",
      "--cert-file=/pki/server.crt",
      "--client-cert-auth",
      "--client-crl-file=/pki/client.crl",
      "--peer-crl-file=/pki/peer.crl",
      "--peer-trusted-ca-file=/pki/peer-ca.crt",
      "--peer-client-cert-auth",
      "--quota-backend-bytes=1",
    ]),
  );
});
