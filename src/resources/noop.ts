import { defineResource } from "./define.ts";

export const noop = defineResource({
  kind: "noop",
  summary: "Does nothing; a place in the graph for edges to meet.",
  params: { comment: "str = ''" },
  about: { comment: "Free text." },
  refreshable: true,
  grouping: () => ({ key: "", keepsOrder: true }),
  example: `noop "done" {}\n`,
  open: ({ log, alike }) => ({
    checkApply({ refresh }) {
      if (refresh) for (const each of [{ log }, ...alike]) each.log("received a notification!");
      return true;
    },
  }),
});
