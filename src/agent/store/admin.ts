/** The way of commands to the store: with all the rights that this machine has. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { readTrust, type Trust } from "../../../etcd/node/trust.ts";
import { Identity } from "../../../etcd/pki/identity.ts";
import { type Layout, layoutOf } from "../../../etcd/server/layout.ts";
import { readState, type State } from "../../../etcd/server/state-file.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { tryLock } from "../../os/lock.ts";
import type { SshAccess } from "../../os/ssh/connection.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import { nodeDirectories } from "./node-directories.ts";
import type { Route } from "./ssh-route.ts";

export interface Admin extends AsyncDisposable {
  readonly client: EtcdClient;
  /** Of all keys of the cluster. */
  readonly rootKey: string;
  readonly endpoints: readonly string[];
  /** What the node of this prefix remembers. */
  readonly state: State;
  /** Undefined where there are no certificates. */
  readonly trust: Trust | undefined;
  /** Whether it may do everything. */
  readonly isRoot: boolean;
}

export interface AdminOptions {
  /** Absolute: the working directory of the node as which the cluster is asked. */
  readonly prefix: string;
  /** URLs; none: those that the node remembers. */
  readonly seeds?: readonly string[];
  /** The servers are reached through this host. */
  readonly ssh?: SshAccess | undefined;
  /** Of a request with all its tries, in ms; that of the client if not given. */
  readonly timeout?: number;
}

/**
 * Connects to the cluster that the node of a prefix belongs to, or to one that is named.
 * @throws Error naming cause and cure
 */
export async function openAdmin({ prefix, seeds = [], ssh, timeout }: AdminOptions): Promise<Admin> {
  const { directory, pkiDirectory } = nodeDirectories(prefix);
  const state = readState(layoutOf(directory).state);
  const endpoints = seeds.length > 0 ? seeds : knownEndpoints(layoutOf(directory), state);
  if (endpoints.length === 0)
    throw new Error(
      `no cluster is known in ${prefix}: name a server of it with --seeds, or the working directory of a node with --prefix`,
    );
  // Where there is no encryption, nobody asks for certificates, whatever this node has.
  const isPlain = endpoints.every((url) => /^(?:http|unix):/.test(url));
  const trust =
    state.insecure === true || isPlain
      ? undefined
      : await readTrust(pkiDirectory, { replaceFile, tryLock }, (message) =>
          console.error(`mgmt: ${message}`),
        );
  const isRoot = trust === undefined || trust.authority.canSign;
  const root = trust?.authority.canSign === true ? await trust.authority.rootClient() : undefined;
  const tls =
    root !== undefined && trust !== undefined
      ? Identity.of(root, trust.authority.root, "root").tls
      : trust?.host?.tls;
  const route = await routeThrough(ssh);
  const client = new EtcdClient({
    endpoints: (await route?.to(endpoints)) ?? endpoints,
    maxTransactionOperations: 512,
    ...(timeout === undefined ? {} : { timeout }),
    ...(tls === undefined ? {} : { tls }),
  });
  return {
    client,
    rootKey: new EtcdKeys().root,
    endpoints,
    state,
    trust,
    isRoot,
    async [Symbol.asyncDispose]() {
      client.close();
      await route?.[Symbol.asyncDispose]();
    },
  };
}

/** A server that is alone may have no other address than its socket. */
function knownEndpoints({ clientSocket }: Layout, { endpoints = [] }: State): readonly string[] {
  return endpoints.length === 0 && existsSync(clientSocket) ? [`unix://${clientSocket}`] : endpoints;
}

/** Commands come and go, so that each has sockets of its own. */
async function routeThrough(ssh: SshAccess | undefined): Promise<Route | undefined> {
  if (ssh === undefined) return undefined;
  const { sshRoute } = await import("./ssh-route.ts");
  const directory = mkdtempSync(join(tmpdir(), "mgmt-ssh-"));
  const route = sshRoute(ssh, directory, (level, _, message) => {
    if (level !== "info") console.error(`mgmt: ${message}`);
  });
  return {
    to: (urls) => route.to(urls),
    async [Symbol.asyncDispose]() {
      await route[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What only a node of role server may do. @throws Error */
export function requireRoot({ isRoot }: Admin, what: string): void {
  if (!isRoot)
    throw new Error(
      `this node may not ${what}: it joined as an agent; do that on a node that joined as a server`,
    );
}
