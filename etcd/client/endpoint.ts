import { noop } from "cockatiel";
import { ConnectionPool } from "./etcd3.ts";

/** How servers of etcd are reached; the same for all of a cluster. */
export interface Access {
  readonly tls?: Tls;
  readonly user?: { readonly name: string; readonly password: string };
}

/** In PEM form. */
export interface Tls {
  readonly authority: string;
  readonly certificate?: string;
  readonly key?: string;
  /** The DNS name that the servers' certificates are checked for, whatever address they are reached at. */
  readonly serverName?: string;
}

type Service = Parameters<ConnectionPool["exec"]>[0];
type Connected = Parameters<Parameters<ConnectionPool["withConnection"]>[1]>[0];

/** Those that a member without a leader answers with what it has, or not at all, unless it is told to refuse. */
const needsLeader: ReadonlySet<Service> = new Set(["KV", "Watch", "Lease"]);

/** One server of etcd. A request is tried once: who asks decides about another try. */
export class Endpoint extends ConnectionPool {
  /** @param url `http://HOST:PORT`, `https://HOST:PORT`, `unix:///PATH` or `unixs:///PATH` @throws TypeError */
  constructor(
    readonly url: string,
    access: Access,
  ) {
    const { tls, user } = access;
    super({
      hosts: targetOf(url),
      faultHandling: { host: () => noop, global: noop },
      grpcOptions: {
        ...channelOptions,
        ...(tls?.serverName === undefined ? {} : nameOptions(tls.serverName)),
      },
      ...(tls === undefined ? {} : { credentials: credentialsOf(tls) }),
      ...(user === undefined ? {} : { auth: { username: user.name, password: user.password } }),
    });
  }

  override withConnection<T>(service: Service, use: (connected: Connected) => Promise<T> | T): Promise<T> {
    if (!needsLeader.has(service)) return super.withConnection(service, use);
    return super.withConnection(service, (connected) => {
      const metadata = connected.metadata.clone();
      metadata.set("hasleader", "true");
      return use({ ...connected, metadata });
    });
  }
}

/** @returns a target as gRPC takes it; `https://` stays, for it is what makes etcd3 use TLS */
function targetOf(url: string): string {
  const match = /^(https?|unixs?):\/\/(.+)$/.exec(url);
  const [, scheme = "", address = ""] = match ?? [];
  if (scheme === "unix" || scheme === "unixs") {
    if (address.startsWith("/")) return `unix:${address}`;
  } else if (/^[^/]+:\d+\/?$/.test(address)) return `${scheme}://${address.replace(/\/$/, "")}`;
  throw new TypeError(
    `${url} is not the URL of an etcd server; such are http://HOST:PORT, https://HOST:PORT and unix:///PATH`,
  );
}

/** Times in ms. A server that is cut off is noticed by its silence; etcd complains of more than a ping in 5 s. */
const channelOptions = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.keepalive_time_ms": 5000,
  "grpc.keepalive_timeout_ms": 2000,
} as const;

function nameOptions(name: string): Readonly<Record<string, string>> {
  return { "grpc.ssl_target_name_override": name, "grpc.default_authority": name };
}

function credentialsOf({ authority, certificate, key }: Tls) {
  return {
    rootCertificate: Buffer.from(authority),
    ...(key === undefined ? {} : { privateKey: Buffer.from(key) }),
    ...(certificate === undefined ? {} : { certChain: Buffer.from(certificate) }),
  };
}
