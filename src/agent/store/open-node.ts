/** Loads the store's server and its client: import this file only where there is a store. */
import { join } from "node:path";
import type { WatchMonitor } from "../../../etcd/client/watches.ts";
import type { NodeEvent } from "../../../etcd/node/events.ts";
import { ClusterNode } from "../../../etcd/node/node.ts";
import type { NodeOptions } from "../../../etcd/node/options.ts";
import { type StagedProgram, stage } from "../../../etcd/stage.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { cutConnections } from "../../os/cut-connections.ts";
import { tryLock } from "../../os/lock.ts";
import type { Log } from "../../os/log.ts";
import { nodeGrants, serverGrants } from "../../world/etcd-grants.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import type { NodeChoice } from "./node-choice.ts";
import { nodeDirectories } from "./node-directories.ts";
import { tellNode } from "./node-log.ts";
import type { Route } from "./ssh-route.ts";

export interface OpenNodeOptions {
  /** The way to servers that are not reached directly. */
  readonly route?: Route | undefined;
  /** The name of the node. */
  readonly hostname: string;
  /** The agent's working directory, absolute, ending in `/`. */
  readonly prefix: string;
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly monitor?: WatchMonitor;
  readonly onEvent?: (event: NodeEvent) => void;
  readonly signal?: AbortSignal;
  /** Only come to the cluster, and do nothing for it. */
  readonly isPassive?: boolean;
}

/** Brings up the node of this prefix. @throws Error naming cause and cure */
export function openNode(choice: NodeChoice, options: OpenNodeOptions): Promise<ClusterNode> {
  return ClusterNode.open(nodeOptions(choice, options));
}

/** What the floor of the store is told of a node. */
export function nodeOptions(choice: NodeChoice, options: OpenNodeOptions): NodeOptions {
  const { hostname, prefix, log, monitor, signal, onEvent, route, isPassive = false } = options;
  const tell = tellNode(log);
  const keys = new EtcdKeys();
  return {
    ...choice,
    ...nodeDirectories(prefix),
    name: hostname,
    snapshots: join(prefix, "snapshots"),
    rootKey: keys.root,
    files: { replaceFile, tryLock },
    program: (ends) => stageServer(options, ends),
    grants: (name, role) => nodeGrants(keys, name, role),
    serverGrants: serverGrants(keys),
    cutConnections,
    onEvent: (event) => {
      tell(event);
      onEvent?.(event);
    },
    monitor,
    ...(route === undefined ? {} : { route: (urls) => route.to(urls), noServer: true }),
    signal,
    isPassive,
  };
}

/** The program of the store's server, unpacked. @throws Error naming cause and cure */
export async function stageServer(
  { prefix, log, environment }: Pick<OpenNodeOptions, "prefix" | "log" | "environment">,
  signal?: AbortSignal,
): Promise<StagedProgram> {
  const { PATH, XDG_RUNTIME_DIR, MGMT_ETCD_BINARY } = environment;
  const staged = await stage("etcd", {
    directory: join(nodeDirectories(prefix).directory, "bin"),
    files: { replaceFile, tryLock },
    override: MGMT_ETCD_BINARY,
    environment: { PATH, XDG_RUNTIME_DIR },
    signal,
  });
  if (staged.remark !== undefined) log("info", "etcd", staged.remark);
  return staged;
}
