import { EtcdClient } from "../client/client.ts";
import { type Recovered, recover } from "../membership/recover.ts";
import { Identity } from "../pki/identity.ts";
import { layoutOf } from "../server/layout.ts";
import { updateState } from "../server/state-file.ts";
import { NodeError } from "./beginning.ts";
import type { NodeOptions } from "./options.ts";
import { localEndpoints, prepare } from "./prepare.ts";
import { repairAsRoot } from "./repair.ts";
import { serverOptionsOf } from "./server-options.ts";
import type { Trust } from "./trust.ts";

/**
 * Makes a cluster of one member of what the node has, whose agent does not run; see {@link recover}.
 * @throws Error naming cause and cure
 */
export async function recoverNode(options: NodeOptions): Promise<Recovered> {
  const prepared = await prepare(options);
  if (prepared.beginning !== "member" || prepared.addresses === undefined)
    throw new NodeError(
      "this node is no server of the store, so it has nothing that a cluster could be made of",
    );
  const signal = options.signal ?? new AbortController().signal;
  const { addresses, trust } = prepared;
  const [own = ""] = localEndpoints(addresses);
  const root = trust?.authority.canSign ? await clientAsRoot(trust, own) : undefined;
  const recovered = await recover({
    ...(await serverOptionsOf(options, prepared, signal)).options,
    ...(root && { repair: repairAsRoot(async () => root, own) }),
    cluster: { token: prepared.cluster ?? "", state: "existing" },
    onEvent: (event) => options.onEvent({ type: "server", event }),
    signal,
  }).finally(() => root?.close());
  const endpoints = prepared.addresses.clients.advertise;
  updateState(
    layoutOf(options.directory).state,
    { endpoints: [...new Set([...localEndpoints(prepared.addresses), ...endpoints])] },
    options.files,
  );
  return recovered;
}

async function clientAsRoot({ authority }: Trust, url: string): Promise<EtcdClient> {
  const { tls } = Identity.of(await authority.rootClient(), authority.root, "root");
  return new EtcdClient({ endpoints: [url], tls });
}
