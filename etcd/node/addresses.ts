/** From options to where a node is reached. */
import { isIP } from "node:net";
import type { Addresses, Listening } from "../server/state-file.ts";

export interface AddressWishes {
  /** A name or an address under which the others reach this node; undefined: this machine alone does. */
  readonly address?: string | undefined;
  readonly clientUrls?: readonly string[];
  readonly serverUrls?: readonly string[];
  readonly joinUrls?: readonly string[];
  readonly advertiseClientUrls?: readonly string[];
  readonly advertiseServerUrls?: readonly string[];
  /** Without encryption, and without asking who somebody is. */
  readonly insecure: boolean;
}

/** Wishes that cannot be met. The message names the option and the cure. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

export const standardPorts = { clients: 2379, peers: 2380, join: 2378 } as const;

const loopback = "127.0.0.1";

/**
 * @param resolve finds the addresses of a name
 * @throws AddressError
 */
export async function chooseAddresses(
  wishes: AddressWishes,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<Addresses> {
  const choose = (kind: Kind): Promise<Listening> => chooseListening(kind, wishes, resolve);
  const [clients, peers, join] = await Promise.all([
    choose(kinds.clients),
    choose(kinds.peers),
    choose(kinds.join),
  ]);
  for (const url of clients.listen)
    if (peers.listen.includes(url))
      throw new AddressError(
        `${url} is both in --client-urls and in --server-urls; each needs a port of its own`,
      );
  return { clients, peers, join };
}

/** Whether nobody but this machine can reach a URL. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]";
}

/** The names and addresses in the URLs of all listeners of a node. */
export function allHosts({ clients, peers, join }: Addresses): readonly string[] {
  return hostsIn([clients, peers, join].flatMap(({ listen, advertise }) => [...listen, ...advertise]));
}

/** The names and addresses in URLs, without brackets: what a certificate has to be made out to. */
export function hostsIn(urls: readonly string[]): readonly string[] {
  return [...new Set(urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, "")))];
}

interface Kind {
  readonly port: number;
  readonly option: string;
  /** The option for what others are told. */
  readonly advertise: string;
  given(wishes: AddressWishes): readonly string[] | undefined;
  told(wishes: AddressWishes): readonly string[] | undefined;
}

const kinds: Readonly<Record<keyof Addresses, Kind>> = {
  clients: {
    port: standardPorts.clients,
    option: "--client-urls",
    advertise: "--advertise-client-urls",
    given: ({ clientUrls }) => clientUrls,
    told: ({ advertiseClientUrls }) => advertiseClientUrls,
  },
  peers: {
    port: standardPorts.peers,
    option: "--server-urls",
    advertise: "--advertise-server-urls",
    given: ({ serverUrls }) => serverUrls,
    told: ({ advertiseServerUrls }) => advertiseServerUrls,
  },
  join: {
    port: standardPorts.join,
    option: "--join-urls",
    advertise: "--address",
    given: ({ joinUrls }) => joinUrls,
    told: () => undefined,
  },
};

async function chooseListening(
  kind: Kind,
  wishes: AddressWishes,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<Listening> {
  const { address, insecure } = wishes;
  const scheme = insecure ? "http" : "https";
  const given = kind.given(wishes) ?? [];
  const told = kind.told(wishes) ?? [];
  for (const url of given) check(url, kind.option, insecure);
  for (const url of told) check(url, kind.advertise, insecure);
  const listen =
    given.length > 0
      ? given.map(withoutSlash)
      : [...(await addressesToListen(address, resolve))].map(
          (host) => `${scheme}://${inUrl(host)}:${kind.port}`,
        );
  if (told.length > 0) return { listen, advertise: told.map(withoutSlash) };
  if (address !== undefined) {
    const ports = new Set(listen.map(portOf));
    return { listen, advertise: [...ports].map((port) => `${scheme}://${inUrl(address)}:${port}`) };
  }
  const open = listen.find((url) => ["0.0.0.0", "[::]"].includes(new URL(url).hostname));
  if (open !== undefined)
    throw new AddressError(
      `${open} is no address that others could use; say with --address under which they reach this node`,
    );
  const remote = listen.filter((url) => !isLoopback(url));
  return { listen, advertise: remote.length > 0 ? remote : listen };
}

/** The loopback is always among them, for what runs on the same machine. */
async function addressesToListen(
  address: string | undefined,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<ReadonlySet<string>> {
  if (address === undefined) return new Set([loopback]);
  if (isIP(address) !== 0) return new Set([loopback, address]);
  let found: readonly string[];
  try {
    found = await resolve(address);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new AddressError(
      `cannot look up ${address}: ${cause}; give --address as a number, or mend the name service`,
    );
  }
  return new Set([loopback, ...found.filter((each) => !each.startsWith("127."))]);
}

function check(url: string, option: string, insecure: boolean): void {
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [];
  if (!/^(?:[^/:@[\]]+|\[[0-9a-fA-F:.]+\]):\d+\/?$/.test(rest) || !URL.canParse(url))
    throw new AddressError(`${option} takes URLs such as https://10.0.0.1:2379, not \`${url}\``);
  if (scheme === "http" && !insecure)
    throw new AddressError(
      `${option} ${url} would be open to anybody without encryption; write https://${rest}, or add --insecure if that is meant`,
    );
  if (scheme === "https" && insecure)
    throw new AddressError(
      `${option} ${url} needs certificates, which --insecure does without; leave out one of the two`,
    );
  if (scheme !== "http" && scheme !== "https")
    throw new AddressError(`${option} takes http or https URLs, not \`${url}\``);
}

/** As it is written: `URL` leaves out those that schemes have by default. */
function portOf(url: string): string {
  return /:(\d+)$/.exec(url)?.[1] ?? "";
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}

function inUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
