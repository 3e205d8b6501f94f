/** The way to a store with all rights, for commands. Loads the client of etcd. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";

/**
 * Connects to the servers that are named, else to those that the agent of a working directory knows of, its own first.
 * @param prefix the working directory, absolute
 * @param seeds URLs
 * @throws Error naming the cause and the cure
 */
export async function openAdminClient(prefix: string, seeds: readonly string[]): Promise<EtcdClient> {
  const endpoints = seeds.length > 0 ? seeds : knownEndpoints(prefix);
  if (endpoints.length > 0) return new EtcdClient({ endpoints });
  throw new Error(
    `no server of a store is known in ${prefix}, and none runs there: start its agent, name its directory with --prefix, ` +
      "or a server with --seeds URL",
  );
}

function knownEndpoints(prefix: string): readonly string[] {
  const { state, clientSocket } = layoutOf(join(prefix, "etcd"));
  const own = existsSync(clientSocket) ? [`unix://${clientSocket}`] : [];
  return [...own, ...(readState(state).endpoints ?? [])];
}
