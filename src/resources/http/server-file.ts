import { declareKind } from "../define.ts";
import { fileIdentity } from "../file/resulting-path.ts";

export const httpServerFile = declareKind({
  kind: "http:server:file",
  summary: "A file, a directory or a text that an `http:server` serves.",
  notes: "It comes after the `file` that manages its Path.",
  params: {
    server: "str = ''",
    filename: "str = ''",
    path: "str = ''",
    data: "str = ''",
    longpoll: "bool = false",
  },
  about: {
    server: "Name of the `http:server`; whichever there is if empty.",
    filename: "Path in the URL; the name of the resource if empty.",
    path: "Absolute path of the file to serve; with a slash at its end, of a directory to serve with all below it. Not together with Data.",
    data: "The text to serve. Without Path it is served even if it is empty.",
    longpoll: "Let requests wait until the content is newer than their If-Modified-Since.",
  },
  receives: true,
  partOf: { kind: "http:server", name: ({ server }) => server },
  example: `http:server ":8080" {}
http:server:file "/motd" {
	data => "Welcome.\\n",
}
`,
  validate(name, { filename, path, data, longpoll }) {
    if ((filename || name) === "") return "the Filename is empty";
    if (path !== "" && !path.startsWith("/")) return "the Path must be absolute";
    if (path !== "" && data !== "") return "can't use Path and Data at the same time";
    return longpoll && path.endsWith("/") ? "can't use Longpoll with the Path of a directory" : undefined;
  },
  wants: (_name, { path }) => (path === "" ? [] : [{ anyOf: [fileIdentity(path)], order: "found-first" }]),
});
