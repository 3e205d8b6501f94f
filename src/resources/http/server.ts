import { declareKind } from "../define.ts";
import { listenAddressFlaw } from "../rules/address.ts";

export const httpServer = declareKind({
  kind: "http:server",
  summary: "Serves files over HTTP, and whatever the resources of its family add to it.",
  notes:
    "Requests go to the `http:server:ui`, `http:server:proxy`, `http:server:flag` and `http:server:file` that belong to the server, and those that none of them takes are answered from Root. The server has no TLS and lists no directories. It does not serve with Meta:poll.",
  params: {
    address: "str = ''",
    "timeout?": "uint",
    "read_timeout?": "uint",
    "write_timeout?": "uint",
    "shutdown_timeout?": "uint",
    root: "str = ''",
  },
  about: {
    address:
      "Where to listen, `HOST:PORT`; the host is empty or an IP address. The name of the resource if empty.",
    timeout: "Seconds, for those of the three timeouts below that are unset.",
    read_timeout: "Seconds to read a request; 0 or unset for ever.",
    write_timeout: "Seconds to write a response; 0 or unset for ever. Ends requests that wait for a change.",
    shutdown_timeout: "Seconds for requests to end when the server does; 0 or unset for ever.",
    root: "Absolute path of a directory to serve, with a slash at its end.",
  },
  example: `http:server ":8080" {
	root => "/srv/www/",
}
`,
  validate(name, { address, root }) {
    const flaw = listenAddressFlaw(address || name);
    if (flaw !== undefined) return flaw;
    if (root !== "" && !root.startsWith("/")) return "the Root must be absolute";
    return root !== "" && !root.endsWith("/")
      ? "the Root must be a directory: end it with a slash"
      : undefined;
  },
});
