/** What a node of role server does for the cluster, whether or not it runs a member (cluster specification, 10.6 and 10.9). */
import type { EtcdClient } from "../client/client.ts";
import { Maintenance } from "../client/maintenance.ts";
import { pause } from "../client/pause.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { JoinServer } from "../join/join-server.ts";
import { defragmentationOf, runDefragmentation } from "../maintenance/defragmentation.ts";
import { type ControllerEvent, runController } from "../membership/controller.ts";
import { encodeJson } from "../membership/records.ts";
import { Identity } from "../pki/identity.ts";
import { runSnapshots } from "../snapshot/schedule.ts";
import type { NodeOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** Between two attempts to listen for those who join, in ms. */
const listenDelay = 10_000;

/** In seconds: how long the cluster tells where to join after that place is gone. */
const joinUrlsTtl = 30;

/**
 * Stands for election as the one that sees to the cluster, until the signal fires: to its members, and, while it leads,
 * to the size of their stores, and to snapshots of what is in them.
 * @param root a client that may do everything
 * @param onLeading told when that changes
 */
export async function control(
  { name, rootKey, snapshots, onEvent }: NodeOptions,
  root: EtcdClient,
  onLeading: (isLeading: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let leading: AbortController | undefined;
  const lead = (): void => {
    leading = new AbortController();
    const ends = AbortSignal.any([signal, leading.signal]);
    const maintenance = new Maintenance(root.connection);
    void runSnapshots(
      { maintenance, directory: snapshots, onEvent: (event) => onEvent({ type: "snapshot", event }) },
      ends,
    );
    void runDefragmentation(
      { ...defragmentationOf(root), onEvent: (event) => onEvent({ type: "defragmentation", event }) },
      ends,
    );
  };
  const note = (event: ControllerEvent): void => {
    onEvent({ type: "controller", event });
    if (event.type !== "elected" && event.type !== "resigned") return;
    onLeading(event.type === "elected");
    if (event.type === "elected") lead();
    else leading?.abort();
  };
  await runController({ client: root, keyPrefix: rootKey, name, onEvent: note }, signal);
}

/** Where nodes that join ask to be let in, until the signal fires. */
export class Door {
  readonly #options: NodeOptions;
  readonly #prepared: Prepared;
  #server: JoinServer | undefined;

  constructor(options: NodeOptions, prepared: Prepared) {
    this.#options = options;
    this.#prepared = prepared;
  }

  /** Listens, and tells all nodes where. @param root a client that may do everything */
  async keep(root: EtcdClient, signal: AbortSignal): Promise<void> {
    const { name, rootKey, onEvent } = this.#options;
    const { addresses } = this.#prepared;
    if (addresses === undefined) return;
    for (; !signal.aborted; await pause(listenDelay, signal)) {
      try {
        this.#server = await this.#listen(root, signal);
        break;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        onEvent({ type: "join-server-failed", reason, delayMs: listenDelay });
      }
    }
    if (signal.aborted) return;
    const key = new ClusterKeys(rootKey).joinUrlsOf(name);
    const lease = root.lease(
      {
        ttl: joinUrlsTtl,
        attach: async (id) => {
          await root.put(key, encodeJson(addresses.join.advertise), id);
        },
        onError: (error) => onEvent({ type: "error", error }),
      },
      signal,
    );
    await lease.ended;
    await this.#server?.stop();
  }

  /** Shows another certificate from now on. */
  setCertificate(certificate: Identity): void {
    this.#server?.setServerCertificate(certificate);
  }

  async #listen(root: EtcdClient, signal: AbortSignal): Promise<JoinServer | undefined> {
    const { pkiDirectory, files, rootKey, grants, onEvent } = this.#options;
    const { trust, addresses } = this.#prepared;
    if (trust === undefined || addresses === undefined) return undefined;
    return JoinServer.start({
      urls: addresses.join.listen,
      authority: trust.authority,
      serverCertificate: Identity.read(pkiDirectory, files, {}, "server"),
      client: root,
      rootKey,
      grants,
      onEvent: (event) => onEvent({ type: "join-server", event }),
      signal,
    });
  }
}
