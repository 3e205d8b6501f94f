import { defineResource } from "./define.ts";

export const print = defineResource({
  kind: "print",
  summary: "Shows a message in the log, once for each new text.",
  params: { msg: "str = ''", refresh_only: "bool = false" },
  about: {
    msg: "The text. May be received from another resource.",
    refresh_only: "Show the text only when notified, and then each time.",
  },
  receives: true,
  refreshable: true,
  example: `print "greeting" {\n\tmsg => "hello",\n}\n`,
  open({ params, log }) {
    let shown: string | undefined;
    return {
      checkApply({ apply, refresh, received }) {
        const { msg, refresh_only } = params();
        if (received.has("msg")) log(`received \`msg\` of: ${msg}`);
        if (refresh) log("received refresh notification!");
        const due = refresh_only ? refresh : msg !== shown;
        if (!due) return true;
        if (!apply) return false;
        log(`Msg: ${msg === "" ? "<empty>" : msg}`);
        shown = msg;
        return false;
      },
    };
  },
});
