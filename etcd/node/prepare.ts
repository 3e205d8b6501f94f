import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { join } from "../join/join-client.ts";
import { decodeToken, type JoinToken, pinOf } from "../pki/join-token.ts";
import { layoutOf } from "../server/layout.ts";
import { type Addresses, readState, updateState } from "../server/state-file.ts";
import { type AddressWishes, allHosts, chooseAddresses, isLoopback } from "./addresses.ts";
import { type Beginning, beginningOf, NodeError } from "./beginning.ts";
import { withFreePorts } from "./free-ports.ts";
import type { NodeOptions } from "./options.ts";
import { ownAddress } from "./own-address.ts";
import { certifyListeners, makeTrust, ownAddresses, readTrust, type Trust } from "./trust.ts";

/** What a node has before anything of it runs. It is on disk, too, so that a restart finds it. */
export interface Prepared {
  readonly beginning: Exclude<Beginning, "join">;
  /** It has been let in just now. */
  readonly hasJoined: boolean;
  /** Undefined in a cluster without certificates. */
  readonly trust: Trust | undefined;
  /** Undefined on a node that nobody reaches, because it is a client only. */
  readonly addresses: Addresses | undefined;
  /** Where the cluster is reached; empty if nothing is known of it but what this node will be. */
  readonly endpoints: readonly string[];
  /** What the members of the cluster are started with; undefined in a cluster that somebody else looks after. */
  readonly cluster: string | undefined;
}

/**
 * Finds out how a node comes to its cluster, and has it let in if it has to be. Nothing changes on disk if that fails.
 * @throws NodeError, AddressError, JoinError, PkiError or ServerError, which all name cause and cure
 */
export async function prepare(options: NodeOptions): Promise<Prepared> {
  const { name, directory, pkiDirectory, files, seeds, insecure, replace, onEvent } = {
    ...options,
    ...options.addresses,
  };
  const layout = layoutOf(directory);
  const state = readState(layout.state);
  const token = options.token === undefined ? undefined : decodeToken(options.token);
  const found = insecure
    ? undefined
    : await readTrust(pkiDirectory, files, (message) => onEvent({ type: "warning", message }));
  const beginning = beginningOf({
    name,
    state,
    authority: found === undefined ? undefined : pinOf(found.authority.root),
    hasIdentity: found?.host !== undefined,
    seeds,
    tokenAuthority: token?.pin,
    insecure,
    isRouted: options.route !== undefined,
    replace,
  });
  if (beginning === "join" && token !== undefined) return joinCluster(options, token);
  if (found?.host !== undefined && found.host.name !== name)
    throw new NodeError(
      `the certificate in ${pkiDirectory} is that of ${found.host.name}, not of ${name}: use --hostname ${found.host.name}, ` +
        "or another --prefix",
    );
  if (beginning === "bootstrap") {
    const addresses = await choose(options.addresses);
    const cluster = state.token ?? randomUUID();
    const trust = insecure ? undefined : await makeTrust(name, addresses, pkiDirectory, files, found);
    const endpoints = localEndpoints(addresses);
    updateState(layout.state, { name, insecure, addresses, token: cluster, endpoints }, files);
    return {
      beginning,
      hasJoined: false,
      trust,
      addresses,
      endpoints,
      cluster,
    };
  }
  const addresses = isWish(options.addresses) ? await choose(options.addresses) : state.addresses;
  if (addresses !== undefined && found?.authority.canSign === true)
    await certifyListeners(found.authority, addresses, pkiDirectory, files);
  if (state.mode !== undefined && addresses !== state.addresses)
    updateState(layout.state, { addresses }, files);
  const own = beginning === "member" && addresses !== undefined ? localEndpoints(addresses) : [];
  return {
    beginning: beginning === "join" ? "client" : beginning,
    hasJoined: false,
    trust: found,
    addresses,
    endpoints: [...new Set([...own, ...(state.endpoints ?? []), ...seeds])],
    cluster: state.token,
  };
}

async function joinCluster(options: NodeOptions, token: JoinToken): Promise<Prepared> {
  const { name, directory, pkiDirectory, files, seeds, replace, onEvent, signal } = options;
  const role = options.role ?? token.role;
  const addresses =
    role === "server"
      ? await addressesTowards([...token.urls, ...seeds], options.addresses, signal)
      : undefined;
  const { cluster, endpoints, authority, identity } = await join({
    token,
    seeds,
    name,
    role,
    replace,
    pkiDirectory,
    files,
    ...(addresses === undefined ? {} : { addresses: [...allHosts(addresses), ...ownAddresses()] }),
    onEvent: (event) => onEvent({ type: "joining", event }),
    signal,
  });
  if (addresses !== undefined) await certifyListeners(authority, addresses, pkiDirectory, files);
  updateState(
    layoutOf(directory).state,
    {
      name,
      insecure: false,
      mode: "client",
      token: cluster,
      endpoints,
      addresses,
      memberId: undefined,
      clusterId: undefined,
    },
    files,
  );
  onEvent({ type: "joined", cluster, endpoints });
  return {
    beginning: "client",
    hasJoined: true,
    trust: { authority, host: identity },
    addresses,
    endpoints,
    cluster,
  };
}

/** As wished, or else under the address by which this machine reaches the cluster. */
async function addressesTowards(
  urls: readonly string[],
  wishes: AddressWishes,
  signal: AbortSignal | undefined,
): Promise<Addresses | undefined> {
  if (isWish(wishes)) return choose(wishes);
  const own = await ownAddress(urls, signal);
  if (own === undefined) return undefined;
  const addresses = await choose({ ...wishes, address: own.address });
  // Where no other node is expected, somebody at these ports is about to end: a server that lost its agent, say.
  return own.isSameMachine ? withFreePorts(addresses) : addresses;
}

function choose(wishes: AddressWishes): Promise<Addresses> {
  return chooseAddresses(wishes, async (host) =>
    (await lookup(host, { all: true })).map(({ address }) => address),
  );
}

function isWish(wishes: AddressWishes): boolean {
  const { address, clientUrls = [], serverUrls = [], joinUrls = [] } = wishes;
  const { advertiseClientUrls = [], advertiseServerUrls = [] } = wishes;
  const urls = [clientUrls, serverUrls, joinUrls, advertiseClientUrls, advertiseServerUrls];
  return address !== undefined || urls.some(({ length }) => length > 0);
}

/** Where a member is reached from its own machine, the way through no network first. */
export function localEndpoints({ clients }: Addresses): readonly string[] {
  const loopback = clients.listen.filter(isLoopback);
  return loopback.length > 0 ? loopback : clients.advertise;
}
