import { pkiFilesOf } from "../pki/pki-files.ts";
import type { EtcdServerOptions } from "../server/etcd-server.ts";
import type { Listener } from "../server/flags.ts";
import { NodeError } from "./beginning.ts";
import type { NodeOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** What the server of a node is started with, whatever cluster it starts or joins. */
export type NodeServerOptions = Omit<EtcdServerOptions, "cluster" | "onEvent" | "signal">;

/** @throws NodeError if the node has no address; Error if there is no program for it */
export async function serverOptionsOf(
  { name, directory, pkiDirectory, files, program, timings }: NodeOptions,
  { addresses, trust }: Prepared,
  signal: AbortSignal,
): Promise<NodeServerOptions> {
  if (addresses === undefined)
    throw new NodeError("a member needs an address at which the others reach it; see --address");
  const listener = (kind: "clients" | "peers"): Listener => {
    const { listen, advertise } = addresses[kind];
    if (trust === undefined) return { urls: listen, advertise };
    const paths = pkiFilesOf(pkiDirectory);
    const [own, authority] =
      kind === "clients" ? [paths.server, paths.clientAuthority] : [paths.peer, paths.peerAuthority];
    return {
      urls: listen,
      advertise,
      tls: { certFile: own.certificate, keyFile: own.key, trustedCaFile: authority.certificate },
    };
  };
  return {
    name,
    directory,
    files,
    program: await program(signal),
    clients: listener("clients"),
    peers: listener("peers"),
    ...(timings === undefined ? {} : { timings }),
  };
}
