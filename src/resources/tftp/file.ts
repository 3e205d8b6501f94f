import { declareKind } from "../define.ts";

export const tftpFile = declareKind({
  kind: "tftp:file",
  summary: "A file or a text that a `tftp:server` serves.",
  params: { server: "str = ''", filename: "str = ''", path: "str = ''", data: "str = ''" },
  about: {
    server: "Name of the `tftp:server`; whichever there is if empty.",
    filename: "What clients ask for, exactly; the name of the resource if empty.",
    path: "Absolute path of the file to serve. Not together with Data.",
    data: "The text to serve. Without Path it is served even if it is empty.",
  },
  partOf: { kind: "tftp:server", name: ({ server }) => server },
  example: `tftp:server ":69" {}
tftp:file "/pxelinux.cfg/default" {
	data => "DEFAULT local\\n",
}
`,
  validate(name, { filename, path, data }) {
    if ((filename || name) === "") return "the Filename is empty";
    if (path !== "" && !path.startsWith("/")) return "the Path must be absolute";
    return path !== "" && data !== "" ? "can't use Path and Data at the same time" : undefined;
  },
});
