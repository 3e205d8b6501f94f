import { defineResource } from "./define.ts";

export const print = defineResource({
  kind: "print",
  summary: "Shows a message in the log, once for each new text.",
  notes: "Messages with the same edges are a group: when one of them is new, all are shown.",
  params: { msg: "str = ''", refresh_only: "bool = false" },
  about: {
    msg: "The text. May be received from another resource.",
    refresh_only: "Show the text only when notified, and then each time.",
  },
  receives: true,
  refreshable: true,
  example: `print "greeting" {\n\tmsg => "hello",\n}\n`,
  grouping: (_name, { refresh_only }) => (refresh_only ? undefined : { key: "", keepsOrder: true }),
  open({ params, log, alike }) {
    let shown: string | undefined;
    return {
      checkApply({ apply, refresh, received }) {
        const all = [{ params, log, received: () => received }, ...alike];
        if (refresh) log("received refresh notification!");
        for (const each of all)
          if (each.received().has("msg")) each.log(`received \`msg\` of: ${each.params().msg}`);
        const messages = all.map((each) => each.params().msg);
        const text = messages.join("\0");
        const due = params().refresh_only ? refresh : text !== shown;
        if (!due) return true;
        if (!apply) return false;
        for (const each of all) {
          const { msg } = each.params();
          each.log(`Msg: ${msg === "" ? "<empty>" : msg}`);
        }
        shown = text;
        return false;
      },
    };
  },
});
