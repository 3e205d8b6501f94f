import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { basename } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { Authority } from "../pki/authority.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import { Identity } from "../pki/identity.ts";
import { PkiError } from "../pki/pki-error.ts";
import { type PairName, pkiFilesOf, writePkiFiles } from "../pki/pki-files.ts";
import type { Addresses, Listening } from "../server/state-file.ts";
import { hostsIn } from "./addresses.ts";

/** The certificates that a node has: whom it trusts, and by what it is known. */
export interface Trust {
  readonly authority: Authority;
  /** Undefined on a node that nobody has let in yet. */
  readonly host: Identity | undefined;
}

/** @returns undefined if there are none @throws PkiError if they cannot be used */
export async function readTrust(
  directory: string,
  files: HostFiles,
  onWarning: (message: string) => void,
): Promise<Trust | undefined> {
  const { root, host } = pkiFilesOf(directory);
  if (!existsSync(root.certificate)) return undefined;
  const authority = await Authority.load(directory, files);
  return {
    authority,
    host: existsSync(host.certificate) ? Identity.read(directory, files, { onWarning }) : undefined,
  };
}

/**
 * Has an authority, and a certificate of the node for clients and for servers each: those that are there, new ones
 * where there are none.
 * @param found what is there
 * @throws PkiError if what is there cannot sign
 */
export async function makeTrust(
  name: string,
  addresses: Addresses,
  directory: string,
  files: HostFiles,
  found: Trust | undefined,
): Promise<Trust> {
  const authority = found?.authority ?? (await Authority.create());
  if (found === undefined) authority.save(directory, files);
  if (found?.host === undefined) writePair(directory, "host", await authority.makeHost(name), files);
  await certifyListeners(authority, addresses, directory, files);
  return { authority, host: Identity.read(directory, files) };
}

/** Has certificates for the listeners of a server that are made out to these addresses. @throws PkiError */
export async function certifyListeners(
  authority: Authority,
  { clients, peers, join }: Addresses,
  directory: string,
  files: HostFiles,
): Promise<void> {
  const forClients = hostsOf(clients, join);
  const forPeers = hostsOf(peers);
  if (!isMadeOutTo(directory, "server", forClients, files))
    writePair(directory, "server", await authority.makeServer(forClients), files);
  if (!isMadeOutTo(directory, "peer", forPeers, files))
    writePair(directory, "peer", await authority.makePeer([...forPeers, ...ownAddresses()]), files);
}

/** Servers look whether a peer comes from an address that its certificate names, and it may come from any of this machine's. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address.replace(/%.*$/, "")),
  );
}

function hostsOf(...listeners: readonly Listening[]): readonly string[] {
  return hostsIn(listeners.flatMap(({ listen, advertise }) => [...listen, ...advertise]));
}

/** One that cannot be used, or is not valid any more, does not count. */
function isMadeOutTo(directory: string, pair: PairName, hosts: readonly string[], files: HostFiles): boolean {
  try {
    const { addresses } = Identity.read(directory, files, {}, pair);
    return hosts.every((host) => addresses.includes(host));
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

function writePair(
  directory: string,
  pair: PairName,
  { certificate, key }: CertifiedKey,
  files: HostFiles,
): void {
  const paths = pkiFilesOf(directory)[pair];
  writePkiFiles(directory, { [basename(paths.certificate)]: certificate, [basename(paths.key)]: key }, files);
}
