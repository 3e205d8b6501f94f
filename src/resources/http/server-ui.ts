import { declareKind } from "../define.ts";

export const httpServerUi = declareKind({
  kind: "http:server:ui",
  summary: "A page of an `http:server` on which people see and set values.",
  notes: "The values are the `http:server:ui:input` that belong to it.",
  params: { server: "str = ''", path: "str = ''", "data?": { title: "str", head: "str" } },
  about: {
    server: "Name of the `http:server`; whichever there is if empty.",
    path: "Path in the URL, with a slash at both ends; the name of the resource if empty.",
    data: "Title of the page, and HTML for its head, which is not escaped.",
  },
  partOf: { kind: "http:server", name: ({ server }) => server },
  example: `http:server ":8080" {}
http:server:ui "/ui/" {
	data => struct{title => "Lights", head => ""},
}
http:server:ui:input "brightness" {
	type => "range://?min=0&max=100&step=5",
}
`,
  validate(name, params) {
    const path = params.path || name;
    if (path === "") return "the Path is empty";
    if (!path.startsWith("/")) return "the Path must start with a slash";
    return path.endsWith("/") ? undefined : "the Path must end with a slash";
  },
});
