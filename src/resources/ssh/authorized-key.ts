import { declareKind } from "../define.ts";
import { isAccountName } from "../rules/accounts.ts";
import { linePathFlaw } from "../rules/line-path.ts";
import { keyEntryFlaw } from "./key-entry.ts";

export const sshAuthorizedKey = declareKind({
  kind: "ssh:authorized_key",
  summary: "Keeps a public key in the authorized_keys of a user, or out of it.",
  notes:
    "The entry is Content, or what Options, Type, Key and Comment say, or else the name of the resource. What is created belongs to User.",
  params: {
    state: "str = ''",
    file: "str = ''",
    user: "str = ''",
    content: "str = ''",
    "options?": "str[]",
    type: "str = ''",
    key: "str = ''",
    comment: "str = ''",
    mkdir: "bool = true",
  },
  about: {
    state: "`exists` or `absent`. Required.",
    file: "Absolute path, or one below a home directory: `~/…`, `~user/…`. If empty it is `.ssh/authorized_keys` in the home directory of User, or of the agent's user.",
    user: "Whose home directory it is, and who owns what is created.",
    content: "The whole entry, as in a file `id_ed25519.pub`.",
    options: "Options of the entry, such as `no-pty`.",
    type: "Type of the key, such as `ssh-ed25519`. Only together with Key.",
    key: "The key in base64.",
    comment: "Free text at the end of the entry.",
    mkdir: "Create the `.ssh` directory, with mode 0700.",
  },
  example: `ssh:authorized_key "ada" {
	state => "exists",
	user => "ada",
	type => "ssh-ed25519",
	key => "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
	comment => "ada@example.org",
}
`,
  validate(name, { state, file, user, content, options, type, key, comment }) {
    if (state !== "exists" && state !== "absent") return "state must be 'exists' or 'absent'";
    if (user !== "" && !isAccountName(user)) return `invalid value for User: ${user}`;
    const hasParts = options !== undefined || type !== "" || key !== "" || comment !== "";
    if (content !== "" && hasParts)
      return "can't use Content and Options|Type|Key|Comment param at the same time";
    if (type !== "" && key === "") return "must use Key param when using Type param";
    if (key !== "" && type === "") return "must use Type param when using Key param";
    const parts = [(options ?? []).join(","), type, key, comment].filter((part) => part !== "");
    const flaw = keyEntryFlaw(content || (key === "" ? name : parts.join(" ")), type);
    return flaw ?? (file === "" ? undefined : linePathFlaw(file));
  },
});
