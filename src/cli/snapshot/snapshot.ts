import { defineGroup } from "../command-group.ts";

export const snapshot = defineGroup({
  name: "mgmt snapshot",
  summary: "Saves what the hosts of a cluster share, and starts a cluster anew from it.",
  members: {
    save: {
      summary: "Save the store to a file",
      load: async () => (await import("./save.ts")).save,
    },
    restore: {
      summary: "Make the store of a stopped agent from a file",
      load: async () => (await import("./restore.ts")).restore,
    },
    list: {
      summary: "What snapshots there are, and whether they are whole",
      load: async () => (await import("./list.ts")).list,
    },
  },
});
