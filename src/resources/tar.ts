import { declareKind } from "./define.ts";
import { outputPathFlaw } from "./rules/output-path.ts";

export const tar = declareKind({
  kind: "tar",
  summary: "Writes files and directories to a tar archive.",
  notes:
    "The archive is written anew when an input, a parameter or the archive itself has changed. Files are stored under the last part of their path, directories with all that is below; symbolic links and special files inside them cannot be stored.",
  params: { path: "str = ''", "inputs?": "str[]", format: "int = 0n" },
  about: {
    path: "Absolute path of the archive; the name of the resource if empty.",
    inputs:
      "Absolute paths of what to store. A directory that ends in a slash stands for what is in it, another one is stored under its name.",
    format: "Format of the headers, one of the constants.",
  },
  constants: { format: { unknown: 0n, ustar: 2n, pax: 4n, gnu: 8n } },
  example: `tar "/var/backups/etc.tar" {
	inputs => ["/etc/hosts", "/etc/ssh/"],
	format => $const.res.tar.format.pax,
}
`,
  validate(name, { path, inputs = [] }) {
    const relative = inputs.findIndex((input) => !input.startsWith("/"));
    return outputPathFlaw(path || name) ?? (relative < 0 ? undefined : `input #${relative} must be absolute`);
  },
});
