import { declareKind } from "./define.ts";
import { linePathFlaw } from "./rules/line-path.ts";

export const line = declareKind({
  kind: "line",
  summary: "Keeps a line, or several in a row, in a file, or out of it.",
  notes:
    "Lines are compared as a whole. A missing line is added at the end; a file that does not exist is created with mode 0600.",
  params: { file: "str = ''", state: "str = ''", content: "str = ''", trim: "bool = false" },
  about: {
    file: "Absolute path, or one below a home directory: `~/…`, `~user/…`. Required.",
    state: "`exists` or `absent`. Required.",
    content: "The line, or several lines. The empty text is always right.",
    trim: "Leave white space at both ends of Content out.",
  },
  example: `line "swappiness" {
	file => "/etc/sysctl.conf",
	state => "exists",
	content => "vm.swappiness = 10",
}
`,
  validate(_name, { file, state }) {
    const flaw = linePathFlaw(file);
    if (flaw !== undefined) return flaw;
    return state === "exists" || state === "absent" ? undefined : "the State is invalid";
  },
});
