import type { EtcdClient } from "../client/client.ts";
import { MaintenanceClient } from "../client/etcd3.ts";
import { Maintenance } from "../client/maintenance.ts";
import type { StoreRepair } from "../server/alarm-watch.ts";

/** In ms. */
const statusTimeout = 2000;

/**
 * Sees how one member is, and makes room in its store, where the servers ask who one is.
 * @param root a client that may do everything
 * @param url of the member's server
 */
export function repairAsRoot(root: () => Promise<EtcdClient>, url: string): StoreRepair {
  const maintenance = async (): Promise<Maintenance> => new Maintenance((await root()).connection);
  return {
    alarms: async () => (await maintenance()).alarms(),
    async compact(revision) {
      await (await maintenance()).compact(BigInt(revision));
    },
    defragment: async () => (await maintenance()).defragment(url),
    disarm: async (alarm) => (await maintenance()).disarm(alarm),
    async status() {
      const answer = await (await root()).connection.ask(url, statusTimeout, (calls) =>
        new MaintenanceClient(calls).status(),
      );
      return {
        version: answer.version,
        clusterId: answer.header.cluster_id,
        memberId: answer.header.member_id,
        revision: answer.header.revision,
        hasLeader: answer.leader !== "0",
        size: Number(answer.dbSize),
        isAlarmed: answer.errors.some((each) => each.includes("alarm:")),
      };
    },
  };
}
