import { clientSocketName, type Layout, peerSocketName } from "./layout.ts";

/** Certificates of one kind of listener. Whoever connects needs one of the same authority. */
export interface ListenerTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly trustedCaFile: string;
  /** Those of them that are not trusted any more. It is read at each connection, and nobody can connect while it is missing. */
  readonly revocations?: string | undefined;
}

/** How others reach a server: clients, or other members. */
export interface Listener {
  /** Addresses to listen on. */
  readonly urls: readonly string[];
  /** Addresses that others are told; the same if unset. */
  readonly advertise?: readonly string[];
  /** Required for `https` addresses. */
  readonly tls?: ListenerTls;
}

/** The cluster that a server without data starts or joins. etcd ignores it once there are data. */
export interface ClusterStart {
  /** A text that no other cluster has. */
  readonly token: string;
  readonly state: "new" | "existing";
  /** Peer addresses of the members, by member name. Unset: this server alone. */
  readonly members?: Readonly<Record<string, readonly string[]>>;
  /** Make a cluster of this member alone of the data, for once: the other members are forgotten. */
  readonly forceNew?: boolean;
}

/** What one server is to be. */
export interface ServerFlags {
  /** Name of the member. */
  readonly name: string;
  readonly cluster: ClusterStart;
  /** Beside the local socket, which is always there. */
  readonly clients?: Listener | undefined;
  /** Instead of the local socket. */
  readonly peers?: Listener | undefined;
  /** Bytes that the store may take on disk; {@link standardQuota} if unset. */
  readonly quota?: number | undefined;
}

/** Bytes that a store may take on disk. */
export const standardQuota = 2 * 1024 ** 3;

/** The command line of a server, without the program (cluster specification 10.4). */
export function serverArguments(flags: ServerFlags, layout: Layout): readonly string[] {
  const { name, cluster, clients, peers, quota = standardQuota } = flags;
  const localClients = `unix://${clientSocketName}`;
  const peerUrls = peers?.urls ?? [`unix://${peerSocketName}`];
  const advertisedPeers = peers?.advertise ?? peerUrls;
  const members = Object.entries(cluster.members ?? { [name]: advertisedPeers });
  const options: Readonly<Record<string, string>> = {
    name,
    "data-dir": layout.data,
    "listen-client-urls": [localClients, ...(clients?.urls ?? [])].join(","),
    "advertise-client-urls": (clients?.advertise ?? clients?.urls ?? [localClients]).join(","),
    "listen-peer-urls": peerUrls.join(","),
    "initial-advertise-peer-urls": advertisedPeers.join(","),
    "initial-cluster": members.flatMap(([member, urls]) => urls.map((url) => `${member}=${url}`)).join(","),
    "initial-cluster-token": cluster.token,
    "initial-cluster-state": cluster.state,
    "max-txn-ops": "512",
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "1h",
    "quota-backend-bytes": String(quota),
    logger: "zap",
    "log-outputs": "stderr",
    "log-level": "warn",
    ...tlsOptions("", clients?.tls),
    ...tlsOptions("peer-", peers?.tls),
  };
  const switches = [
    "strict-reconfig-check",
    "pre-vote",
    ...(cluster.forceNew === true ? ["force-new-cluster"] : []),
    ...(clients?.tls === undefined ? [] : ["client-cert-auth"]),
    ...(peers?.tls === undefined ? [] : ["peer-client-cert-auth"]),
  ];
  return [
    ...Object.entries(options).map(([option, value]) => `--${option}=${value}`),
    ...switches.map((option) => `--${option}`),
  ];
}

function tlsOptions(prefix: "" | "peer-", tls: ListenerTls | undefined): Readonly<Record<string, string>> {
  if (tls === undefined) return {};
  const { revocations } = tls;
  return {
    ...(revocations === undefined ? {} : { [`${prefix || "client-"}crl-file`]: revocations }),
    [`${prefix}cert-file`]: tls.certFile,
    [`${prefix}key-file`]: tls.keyFile,
    [`${prefix}trusted-ca-file`]: tls.trustedCaFile,
  };
}
