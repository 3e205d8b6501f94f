import { declareKind } from "../define.ts";
import { readUrl } from "../rules/url.ts";

export const httpServerUiInput = declareKind({
  kind: "http:server:ui:input",
  summary:
    "A value on the page of an `http:server:ui`, which people set, and which is sent to other resources.",
  params: {
    path: "str = ''",
    id: "str = ''",
    value: "str = ''",
    store: "str = ''",
    type: "str = ''",
    sort: "str = ''",
  },
  about: {
    path: "Name of the `http:server:ui`; whichever there is if empty.",
    id: "Name of the value on its page; the name of the resource if empty. Unique on the page.",
    value: "What the value is at first. Not together with Store.",
    store:
      "Where the value is kept: `local://` with the values of this host, `world://` with the texts of the cluster, and `?key=KEY` if not under the name of the resource. Unset keeps it in memory.",
    type: "How it is set: `text://`, or `range://?min=0&max=10&step=1`. Text if empty.",
    sort: "Values are in the order of this text.",
  },
  sends: { value: "str" },
  partOf: { kind: "http:server:ui", name: ({ path }) => path },
  example: `http:server ":8080" {}
http:server:ui "/ui/" {}
http:server:ui:input "greeting" {
	store => "local://",
}
print "greeting" {}
Http:Server:Ui:Input["greeting"].value -> Print["greeting"].msg
`,
  validate(name, { id, value, store, type }) {
    if ((id || name) === "") return "the Id is empty";
    if (value !== "" && store !== "") return "can't use Value and Store at the same time";
    return schemeFlaw("Store", store, ["local", "world"]) ?? schemeFlaw("Type", type, ["text", "range"]);
  },
});

function schemeFlaw(parameter: string, text: string, schemes: readonly string[]): string | undefined {
  if (text === "") return undefined;
  const known = `it must begin with ${schemes.map((each) => `${each}://`).join(" or ")}`;
  const url = readUrl(text);
  if ("flaw" in url) return `invalid ${parameter} \`${text}\`: ${url.flaw}`;
  return schemes.includes(url.scheme) ? undefined : `invalid ${parameter} \`${text}\`: ${known}`;
}
