import { declareKind } from "../define.ts";
import { parseEdit } from "./parse-edit.ts";
import { storeFlaw } from "./store-handle.ts";

export const jsonEdit = declareKind({
  kind: "json:edit",
  summary: "Sets and deletes values in a JSON document, and leaves the rest of it as it is.",
  notes:
    'An edit is `PATH = JSON` or `del(PATH)`, and a path is `.key.other` or `.["any key"]`. Objects on the way are created as needed. A document that has to be changed is written with sorted keys.',
  params: { store: "str = ''", "edits?": "str[]" },
  about: {
    store:
      "The document: an absolute path, `file:///path`, or `etcd:///key` for a text of the cluster; the name of the resource if empty. A file must exist.",
    edits: "What to change, in this order, all or nothing; at least one.",
  },
  example: `json:edit "/etc/docker/daemon.json" {
	edits => [
		".features.buildkit = true",
		"del(.debug)",
	],
}
`,
  validate(name, { store, edits = [] }) {
    const flaw = storeFlaw(store || name);
    if (flaw !== undefined) return flaw;
    if (edits.length === 0) return "edits is empty";
    for (const [index, text] of edits.entries()) {
      const edit = parseEdit(text);
      if (typeof edit === "string") return `invalid edit at index ${index}: ${edit}`;
    }
    return undefined;
  },
});
