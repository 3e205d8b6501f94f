import { journalSocket, sendToJournal } from "../os/journal.ts";
import { defineResource, type Kind } from "./define.ts";

/** In the order of the journal's numbers, the most urgent first. */
const priorities: readonly string[] = ["Emerg", "Alert", "Crit", "Err", "Warning", "Notice", "Info", "Debug"];

export const msg = msgTo(journalSocket);

/** The kind for a machine whose journal listens at `socket`. */
export function msgTo(socket: string): Kind {
  return defineResource({
    kind: "msg",
    summary: "Writes a message to the log, and on demand to the system's journal.",
    notes:
      "The message is written once, and again for each notification. Every run counts as a change, so that a notification passes on to what comes after.",
    params: {
      body: "str = ''",
      priority: "str = ''",
      "fields?": { "[string]": "str" },
      journal: "bool = false",
      syslog: "bool = false",
    },
    about: {
      body: "The text.",
      priority: `One of ${priorities.map((each) => `\`${each}\``).join(", ")}. Required.`,
      fields:
        "Further fields of the journal entry: letters, digits and underscores, not beginning with an underscore. journald drops those with lower-case letters.",
      journal: "Send the message to journald as well, which must be running.",
      syslog: "Accepted without effect.",
    },
    refreshable: true,
    example: `msg "maintenance" {
	body => "maintenance has begun",
	priority => "Notice",
}
`,
    validate(_name, { priority, fields = {} }) {
      for (const field of Object.keys(fields)) {
        if (!/^[A-Za-z0-9_]+$/.test(field)) return `invalid character in field ${field}`;
        if (field.startsWith("_")) return "fields cannot begin with _";
      }
      return priorities.includes(priority) ? undefined : `invalid Priority '${priority}'`;
    },
    open({ params, log }) {
      let logged = false;
      let sent = false;
      return {
        async checkApply({ apply, refresh, signal }) {
          const { body, priority, fields = {}, journal } = params();
          if (refresh) {
            logged = false;
            sent = false;
          }
          if (!logged) log(`Body: ${body}`);
          logged = true;
          if (apply && journal && !sent) {
            const level = String(priorities.indexOf(priority));
            const entry = [["PRIORITY", level], ["MESSAGE", body], ...Object.entries(fields)] as const;
            await sendToJournal(entry, signal, socket);
            sent = true;
          }
          return false;
        },
      };
    },
  });
}
