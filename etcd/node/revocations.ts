/** How a node of role server sees to it that nobody gets in by a certificate that has been revoked. */
import type { EtcdClient } from "../client/client.ts";
import type { Issuer } from "../pki/authority.ts";
import { RevocationKeeper } from "../revocation/keeper.ts";
import { RevocationLists } from "../revocation/lists.ts";
import { reportCertificates } from "../revocation/report.ts";
import { holdLock } from "../upgrade/lock.ts";
import type { NodeOptions } from "./options.ts";
import type { OwnServer } from "./own-server.ts";
import type { Prepared } from "./prepare.ts";

/** In seconds: how long the servers wait for one that is gone while it was being started again. */
const restartTtl = 60;

export interface RevocationsOptions {
  readonly node: NodeOptions;
  readonly prepared: Prepared;
  /** That of this node. */
  readonly server: OwnServer;
}

export class Revocations {
  readonly #options: RevocationsOptions;
  readonly #isCurrent = Promise.withResolvers<void>();

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** Resolves once the lists say what the cluster says; at once where there are none. */
  get isCurrent(): Promise<void> {
    return this.#options.prepared.trust === undefined ? Promise.resolve() : this.#isCurrent.promise;
  }

  /** Follows what the cluster says, until the signal fires. @param root a client that may do everything */
  async keep(root: EtcdClient, signal: AbortSignal, onChange: () => void): Promise<void> {
    const { node, prepared } = this.#options;
    const { rootKey, pkiDirectory, files, onEvent } = node;
    if (prepared.trust === undefined) return;
    const keeper = new RevocationKeeper({
      client: root,
      rootKey,
      lists: new RevocationLists(prepared.trust.authority, pkiDirectory, files),
      onMore: async (lists) => {
        onChange();
        return this.#cutOff(lists, root, signal);
      },
      onError: (error) => onEvent({ type: "error", error }),
    });
    void keeper.isCurrent.then(() => this.#isCurrent.resolve());
    await keeper.keep(signal);
  }

  /** Tells the cluster which certificates this node has. */
  async report(root: EtcdClient): Promise<void> {
    const { name, rootKey, pkiDirectory, files } = this.#options.node;
    await reportCertificates({ client: root, rootKey, name, pkiDirectory, files, now: Date.now() });
  }

  /**
   * etcd looks at certificates when somebody connects, so that all have to connect again. Where their connections cannot
   * be cut, the server is started again, one after the other in the cluster.
   * @returns false if it has to be done later
   */
  async #cutOff(lists: readonly Issuer[], root: EtcdClient, signal: AbortSignal): Promise<boolean> {
    const { node, prepared, server } = this.#options;
    const { addresses } = prepared;
    // One that is coming up may have read the list that was there before.
    if (server.isStarting) return false;
    const running = server.current;
    if (running?.pid === undefined || addresses === undefined) return true;
    const urls = lists.flatMap((by) => (by === "client" ? addresses.clients : addresses.peers).listen);
    const { cutConnections, onEvent } = node;
    try {
      if (cutConnections === undefined) throw new Error("this machine does not provide for that");
      const count = cutConnections(running.pid, urls.map(portOf));
      onEvent({ type: "cut-off", count });
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onEvent({ type: "cut-off-by-restart", reason });
    }
    const options = { prefix: `${node.rootKey}/cluster/upgrade/`, name: node.name, ttl: restartTtl };
    const lock = await holdLock(root, options, signal);
    try {
      // It may have ended or been replaced while others were started again.
      if (running.phase === "running") await running.replaceProgram(running.program);
    } finally {
      await lock.release();
    }
    return true;
  }
}

/** As it is written: `URL` leaves out those that schemes have by default. */
function portOf(url: string): number {
  return Number(/:(\d+)$/.exec(url)?.[1]);
}
