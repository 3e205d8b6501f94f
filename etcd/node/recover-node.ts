import { type Recovered, recover } from "../membership/recover.ts";
import { layoutOf } from "../server/layout.ts";
import { updateState } from "../server/state-file.ts";
import { NodeError } from "./beginning.ts";
import type { NodeOptions } from "./options.ts";
import { localEndpoints, prepare } from "./prepare.ts";
import { serverOptionsOf } from "./server-options.ts";

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
  const recovered = await recover({
    ...(await serverOptionsOf(options, prepared, signal)).options,
    cluster: { token: prepared.cluster ?? "", state: "existing" },
    onEvent: (event) => options.onEvent({ type: "server", event }),
    signal,
  });
  const endpoints = prepared.addresses.clients.advertise;
  updateState(
    layoutOf(options.directory).state,
    { endpoints: [...new Set([...localEndpoints(prepared.addresses), ...endpoints])] },
    options.files,
  );
  return recovered;
}
