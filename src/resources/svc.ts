import { declareKind } from "./define.ts";
import { fileIdentity } from "./file/resulting-path.ts";
import { serviceIdentity, triggerIdentity, unitFiles } from "./systemd/unit.ts";

export const svc = declareKind({
  kind: "svc",
  summary: "Runs a service of systemd, or stops it, and says whether it starts with the machine.",
  notes:
    "The unit is `NAME.service`. A notification makes a running service reload, or restart if it cannot. A service comes after the file of its unit, and before the `cron` that triggers it.",
  params: { state: "str = ''", startup: "str = ''", session: "bool = false" },
  about: {
    state: "`running` or `stopped`; empty leaves it alone.",
    startup: "`enabled` or `disabled`: whether it starts when the machine does. Empty leaves that alone.",
    session: "Manage a service of the user that the agent runs as, instead of one of the system.",
  },
  refreshable: true,
  example: `svc "nginx" {\n\tstate => "running",\n\tstartup => "enabled",\n}\n`,
  validate(_name, { state, startup }) {
    if (!["running", "stopped", ""].includes(state))
      return "state must be either `running` or `stopped` or undefined";
    return ["enabled", "disabled", ""].includes(startup)
      ? undefined
      : "startup must be either `enabled` or `disabled` or undefined";
  },
  identities: (name, { session }) => [serviceIdentity(name, session)],
  wants(name, { session }) {
    const unit = `${name}.service`;
    return [
      { anyOf: unitFiles(unit, session).map(fileIdentity), order: "found-first" },
      { anyOf: [triggerIdentity(unit, session)], order: "self-first" },
    ];
  },
});
