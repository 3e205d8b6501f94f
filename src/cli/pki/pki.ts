import { defineGroup } from "../command-group.ts";

export const pki = defineGroup({
  name: "mgmt pki",
  summary:
    "Certificates of a cluster and of its nodes. A cluster makes and renews its own; nothing here has to be done.",
  members: {
    show: {
      summary: "What certificates this node has, of whom, and until when",
      load: async () => (await import("./show.ts")).show,
    },
    renew: {
      summary: "Renew the certificates of this node now",
      load: async () => (await import("./renew.ts")).renewCommand,
    },
    revoke: {
      summary: "Have the cluster trust the certificates of a node no longer",
      load: async () => (await import("./revoke.ts")).revoke,
    },
    init: {
      summary: "Make an authority, and certificates for a list of hosts",
      load: async () => (await import("./init.ts")).init,
    },
    import: {
      summary: "Take in a certificate of another authority, for servers that somebody else looks after",
      load: async () => (await import("./import.ts")).importCommand,
    },
  },
});
