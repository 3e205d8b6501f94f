import { declareKind } from "../define.ts";

export const httpServerFlag = declareKind({
  kind: "http:server:flag",
  summary: "Takes a value that somebody posts to an `http:server`, and sends it to other resources.",
  notes:
    "Flags of one server and one path are a group, so that one request sets them all. Values are kept in memory only. A body may have 4 MiB.",
  params: { server: "str = ''", path: "str = ''", key: "str = ''" },
  about: {
    server: "Name of the `http:server`; whichever there is if empty.",
    path: "Path in the URL; the name of the resource if empty.",
    key: "Name of the field of the posted form. If empty, requests are noticed and no value is taken.",
  },
  sends: { value: "str" },
  partOf: { kind: "http:server", name: ({ server }) => server },
  grouping: (name, { server, path }) => ({ key: `${server}\0${path || name}`, keepsOrder: false }),
  example: `http:server ":8080" {}
http:server:flag "done" {
	path => "/done",
	key => "host",
}
print "done" {}
Http:Server:Flag["done"].value -> Print["done"].msg
`,
  validate(name, { path }) {
    if ((path || name) === "") return "the Path is empty";
    return (path || name).startsWith("/") ? undefined : "the Path must start with a slash";
  },
});
