import { declareKind } from "../define.ts";
import { fileIdentity } from "../file/resulting-path.ts";
import { parseDuration } from "../rules/duration.ts";
import { serviceIdentity } from "../systemd/unit.ts";
import { anyRemote, remoteIdentity } from "./remote-identity.ts";

export const fwupdRemote = declareKind({
  kind: "fwupd:remote",
  summary: "Enables a source of firmware in fwupd, or disables it, and keeps its metadata fresh.",
  notes:
    "The name of the resource is the id of the remote. It comes after the `file` with its configuration and after the service `fwupd`.",
  params: { "enabled?": "bool", refresh_age: "str = ''" },
  about: {
    enabled: "Whether it is used; unset leaves that alone.",
    refresh_age: "Download its metadata when it is older than this, such as `24h`; empty never does.",
  },
  example: `fwupd:remote "lvfs" {\n\tenabled => true,\n\trefresh_age => "24h",\n}\n`,
  validate(_name, { enabled, refresh_age }) {
    if (refresh_age === "") return enabled === undefined ? "there is nothing to manage" : undefined;
    const age = parseDuration(refresh_age);
    if (age === undefined || age <= 0) return `the RefreshAge must be a duration such as 24h: ${refresh_age}`;
    return enabled === false ? "can't refresh a remote that is disabled" : undefined;
  },
  identities: (name) => [remoteIdentity(name), anyRemote],
  wants: (name) => [
    { anyOf: [fileIdentity(`/etc/fwupd/remotes.d/${name}.conf`)], order: "found-first" },
    { anyOf: [serviceIdentity("fwupd", false)], order: "found-first" },
  ],
});
