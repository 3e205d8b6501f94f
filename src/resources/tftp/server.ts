import { declareKind } from "../define.ts";
import { listenAddressFlaw } from "../rules/address.ts";
import { isAbsoluteDirectory } from "../rules/directory.ts";

export const tftpServer = declareKind({
  kind: "tftp:server",
  summary: "Serves files over TFTP; nobody can write to it.",
  notes:
    "Requests go to the `tftp:file` that belong to the server, and those that none of them takes are answered from Root. It does not serve with Meta:poll.",
  params: { address: "str = ''", timeout: "uint = 5n", root: "str = ''" },
  about: {
    address:
      "Where to listen, `HOST:PORT`; the host is empty or an IP address. The name of the resource if empty.",
    timeout: "Seconds to wait for the answer to a packet; 0 is 5.",
    root: "Absolute path of a directory to serve, with a slash at its end.",
  },
  example: `tftp:server ":69" {\n\troot => "/srv/tftp/",\n}\n`,
  validate: (name, { address, root }) =>
    listenAddressFlaw(address || name) ??
    (root === "" || isAbsoluteDirectory(root)
      ? undefined
      : "the Root must be an absolute path that ends with a slash"),
});
