import { declareKind } from "./define.ts";

export const augeas = declareKind({
  kind: "augeas",
  summary: "Sets values in a configuration file and leaves the rest of it as it is, by the lenses of Augeas.",
  notes:
    "All changes are saved at once. A node that does not exist counts as one with the empty text, so that an empty node cannot be created.",
  params: {
    file: "str = ''",
    lens: "str = ''",
    "sets?": [{ path: "str", value: "str" }, "[]"],
  },
  about: {
    file: "Absolute path of the file. Required.",
    lens: "Name of the lens that reads the file, such as `Sshd.lns`. Required.",
    sets: "What to set, in this order: paths relative to the node of the file, and their values.",
  },
  example: `augeas "sshd" {
	file => "/etc/ssh/sshd_config",
	lens => "Sshd.lns",
	sets => [
		struct{path => "X11Forwarding", value => "no"},
		struct{path => "PermitRootLogin", value => "no"},
	],
}
`,
  validate(_name, { file, lens }) {
    if (!file.startsWith("/")) return "the File param should start with a slash";
    if (lens === "") return "the File and Lens params must be specified together";
    return lens.endsWith(".lns") ? undefined : "the Lens param should have a .lns suffix";
  },
});
