import type { EtcdClient } from "../client/client.ts";
import { Maintenance } from "../client/maintenance.ts";
import { Members } from "../client/members.ts";
import type { StoreRepair } from "../server/alarm-watch.ts";

/**
 * Makes room in the store of one member, where the servers ask who one is.
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
      return { size: (await new Members(await root()).status(url)).dbSize };
    },
  };
}
