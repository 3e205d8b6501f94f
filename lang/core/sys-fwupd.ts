/** Module `sys/fwupd`. */
import { source, t } from "./define.ts";

export const rebootNeeded = source({
  module: "sys/fwupd",
  name: "reboot_needed",
  summary: "Whether a firmware update waits for the machine to be started again, followed as that changes.",
  args: [],
  returns: t.bool,
  notes: "Asks D-Bus service org.freedesktop.fwupd. Without a system bus or that service it is false.",
  examples: { "fwupd.reboot_needed()": null },
  open: ({ host, emit }) => host.system.followRebootNeeded(emit),
});
