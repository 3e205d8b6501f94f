import { defineGroup } from "../command-group.ts";

export const cluster = defineGroup({
  name: "mgmt cluster",
  summary: "Makes a cluster, joins one, and looks after it.",
  members: {
    init: {
      summary: "Make a cluster of which this node is the first",
      load: async () => (await import("./init.ts")).init,
    },
    token: {
      summary: "Print what another node needs to join; list and revoke such tokens",
      load: async () => (await import("./token.ts")).token,
    },
    join: {
      summary: "Have this node let into a cluster",
      load: async () => (await import("./join.ts")).join,
    },
    status: {
      summary: "Members, their health, and what every node is doing",
      load: async () => (await import("./status.ts")).status,
    },
    members: {
      summary: "The servers of the store, and those that could become one",
      load: async () => (await import("./members.ts")).members,
    },
    size: {
      summary: "How many servers the store is to have",
      load: async () => (await import("./size.ts")).size,
    },
    leave: {
      summary: "Have a node stop being a server of the store",
      load: async () => (await import("./leave.ts")).leave,
    },
    remove: {
      summary: "Forget a node that does not come back, and revoke its certificates",
      load: async () => (await import("./remove.ts")).remove,
    },
    recover: {
      summary: "Go on alone, when most servers are lost for good",
      load: async () => (await import("./recover.ts")).recover,
    },
    reset: {
      summary: "Have this node forget its cluster",
      load: async () => (await import("./reset.ts")).reset,
    },
  },
  examples: `Three nodes, the executable copied onto each:
  node1# mgmt cluster init --address 10.0.0.1
  node1# mgmt run site.mcl
  node1# mgmt cluster token
  node2# mgmt --token TOKEN
  node3# mgmt --token TOKEN`,
});
