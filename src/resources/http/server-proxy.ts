import { declareKind } from "../define.ts";
import { isAbsoluteDirectory } from "../rules/directory.ts";
import { readUrl } from "../rules/url.ts";

export const httpServerProxy = declareKind({
  kind: "http:server:proxy",
  summary: "Answers requests to an `http:server` with what another server has, and keeps copies.",
  notes:
    "What is asked for is Head and the path of the request without Sub; its copy is in Cache, under the path without Path. Copies are never asked for again.",
  params: { server: "str = ''", path: "str = ''", sub: "str = ''", head: "str = ''", cache: "str = ''" },
  about: {
    server: "Name of the `http:server`; whichever there is if empty.",
    path: "Path in the URL; with a slash at its end, all below it. The name of the resource if empty.",
    sub: "What to take off the front of the path, with a slash at both ends.",
    head: "URL of the other server, with a slash at its end. If empty, only copies are served.",
    cache: "Absolute path of the directory for copies, with a slash at its end. If empty, none are kept.",
  },
  partOf: { kind: "http:server", name: ({ server }) => server },
  example: `http:server ":8080" {}
http:server:proxy "/fedora/releases/" {
	sub => "/fedora/",
	head => "https://mirror.example.org/linux/",
	cache => "/var/cache/mirror/",
}
`,
  validate(name, { path, sub, head, cache }) {
    if ((path || name) === "") return "the Path is empty";
    if (!(path || name).startsWith("/")) return "the Path must be absolute";
    if (sub !== "" && !isAbsoluteDirectory(sub)) return "the Sub must start and end with a slash";
    if (head !== "" && !head.endsWith("/")) return "the Head must end with a slash";
    const url = readUrl(head);
    if ("flaw" in url) return `the Head is no URL: ${url.flaw}`;
    return cache === "" || isAbsoluteDirectory(cache)
      ? undefined
      : "the Cache must be an absolute path that ends with a slash";
  },
});
