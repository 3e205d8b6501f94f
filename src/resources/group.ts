import { declareKind } from "./define.ts";
import { groupIdIdentity, isAccountName } from "./rules/accounts.ts";

export const group = declareKind({
  kind: "group",
  summary: "Manages a group of users, by `groupadd`, `groupmod` and `groupdel`.",
  params: { state: "str = ''", "gid?": "uint32" },
  about: {
    state: "`exists` or `absent`. Required.",
    gid: "The id of the group; it must not belong to another one. Unset leaves it to the system.",
  },
  example: `group "deploy" {\n\tstate => "exists",\n\tgid => 4000,\n}\n`,
  validate(name, { state }) {
    if (state !== "exists" && state !== "absent") return "state must be 'exists' or 'absent'";
    return isAccountName(name) ? undefined : "group contains invalid character(s)";
  },
  identities: (name, { gid }) => [`group:${name}`, ...(gid === undefined ? [] : [groupIdIdentity(gid)])],
});
