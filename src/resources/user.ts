import type { Identity, Want } from "../engine/resource.ts";
import { declareKind } from "./define.ts";
import { groupIdIdentity, isAccountName } from "./rules/accounts.ts";
import { memberDifference } from "./rules/members.ts";

export const user = declareKind({
  kind: "user",
  summary: "Manages a user, by `useradd`, `usermod` and `userdel`. Home directories are left alone.",
  notes: "A user is created after, and removed before, the groups that it names.",
  params: {
    state: "str = ''",
    "uid?": "uint32",
    "gid?": "uint32",
    "group?": "str",
    "groups?": "str[]",
    "homedir?": "str",
    "shell?": "str",
    allowduplicateuid: "bool = false",
  },
  about: {
    state: "`exists` or `absent`. Required.",
    uid: "The id of the user; it must not be another one's, unless AllowDuplicateUid. Unset leaves it to the system.",
    gid: "The primary group, by id. Not together with Group.",
    group: "The primary group, by name.",
    groups:
      "All further groups, in any order. The user is removed from others; unset leaves them alone, the empty list is none.",
    homedir: "Home directory, with a slash at its end. It is not created.",
    shell: "Path of the login shell.",
    allowduplicateuid: "Allow an id that another user has.",
  },
  example: `user "ada" {
	state => "exists",
	group => "staff",
	groups => ["docker"],
	homedir => "/home/ada/",
	shell => "/bin/bash",
}
`,
  validate(name, { state, gid, group, groups = [], homedir = "/" }) {
    if (!isAccountName(name)) return "user contains invalid character(s)";
    if (state !== "exists" && state !== "absent") return "state must be 'exists' or 'absent'";
    if (gid !== undefined && group !== undefined) return "cannot use both GID and Group";
    if (group === "") return "group cannot be empty string";
    if (group !== undefined && !isAccountName(group)) return "group contains invalid character(s)";
    if (!groups.every(isAccountName)) return "groups list contains invalid character(s)";
    if (group !== undefined && groups.includes(group))
      return `primary Group "${group}" must not appear in Groups`;
    if (groups.includes(name)) return `user name "${name}" must not appear in Groups`;
    return homedir.endsWith("/") ? undefined : "the HomeDir should end with a slash";
  },
  uncompared: ["groups"],
  difference: (mine, theirs) => memberDifference("groups", mine.groups, theirs.groups),
  identities: (name, { uid }) => [
    `user:${name}`,
    ...(uid === undefined ? [] : ([`user-id:${uid}`] as const)),
  ],
  wants(_name, { state, gid, group, groups = [] }) {
    const identities: Identity[] = gid === undefined ? [] : [groupIdIdentity(gid)];
    for (const each of group === undefined ? groups : [group, ...groups]) identities.push(`group:${each}`);
    return identities.map(
      (identity): Want => ({ anyOf: [identity], order: state === "exists" ? "found-first" : "self-first" }),
    );
  },
});
