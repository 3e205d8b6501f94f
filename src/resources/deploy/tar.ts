import { declareKind } from "../define.ts";
import { outputPathFlaw } from "../rules/output-path.ts";

export const deployTar = declareKind({
  kind: "deploy:tar",
  summary: "Writes the files of the running deploy to a tar archive.",
  notes:
    "The archive is written anew when the deploy, a parameter or the archive itself has changed. A `file` resource that purges the directory of the archive needs to know of it: declare a `file` for it, too.",
  params: { path: "str = ''", format: "int = 0n" },
  about: {
    path: "Absolute path of the archive; the name of the resource if empty.",
    format: "Format of the headers, one of the constants of `tar`.",
  },
  example: `deploy:tar "/var/lib/provision/deploy.tar" {
	format => $const.res.tar.format.gnu,
}
`,
  validate: (name, { path }) => outputPathFlaw(path || name),
});
