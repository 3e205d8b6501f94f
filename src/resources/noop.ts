import { defineResource } from "./define.ts";

export const noop = defineResource({
  kind: "noop",
  summary: "Does nothing; a place in the graph for edges to meet.",
  params: { comment: "str = ''" },
  about: { comment: "Free text." },
  refreshable: true,
  example: `noop "done" {}\n`,
  open: ({ log }) => ({
    checkApply({ refresh }) {
      if (refresh) log("received a notification!");
      return true;
    },
  }),
});
