import { dirname } from "node:path";
import { pkiFilesOf } from "../pki/pki-files.ts";
import { RevocationLists } from "../revocation/lists.ts";
import type { EtcdServerOptions, ServerProgram } from "../server/etcd-server.ts";
import type { Listener } from "../server/flags.ts";
import { chooseProgram, saveBefore } from "../upgrade/own-upgrade.ts";
import { NodeError } from "./beginning.ts";
import type { NodeOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** What the server of a node is started with, whatever cluster it starts or joins. */
export type NodeServerOptions = Omit<EtcdServerOptions, "cluster" | "onEvent" | "signal">;

/**
 * @returns also the newer program that it is to go on as, if it cannot be started as that one at once
 * @throws NodeError if the node has no address; Error if there is no program for it
 */
export async function serverOptionsOf(
  { name, directory, pkiDirectory, files, program, timings, snapshots }: NodeOptions,
  { addresses, trust }: Prepared,
  signal: AbortSignal,
): Promise<{ readonly options: NodeServerOptions; readonly next: ServerProgram | undefined }> {
  if (addresses === undefined)
    throw new NodeError("a member needs an address at which the others reach it; see --address");
  const lists =
    trust?.authority.canSign === true ? new RevocationLists(trust.authority, pkiDirectory, files) : undefined;
  await lists?.prepare();
  const listener = (kind: "clients" | "peers"): Listener => {
    const { listen, advertise } = addresses[kind];
    if (trust === undefined) return { urls: listen, advertise };
    const paths = pkiFilesOf(pkiDirectory);
    const [own, authority] =
      kind === "clients" ? [paths.server, paths.clientAuthority] : [paths.peer, paths.peerAuthority];
    return {
      urls: listen,
      advertise,
      tls: {
        certFile: own.certificate,
        keyFile: own.key,
        trustedCaFile: authority.certificate,
        revocations: lists?.pathOf(kind === "clients" ? "client" : "peer"),
      },
    };
  };
  const wanted = await program(signal);
  const chosen = chooseProgram({ directory, bin: dirname(wanted.path), wanted });
  if (chosen.isBlind) await saveBefore({ directory, wanted, snapshots, files }, signal);
  const options = {
    name,
    directory,
    files,
    program: chosen.program,
    clients: listener("clients"),
    peers: listener("peers"),
    ...(timings === undefined ? {} : { timings }),
  };
  return { options, next: chosen.next };
}
