import { declareKind } from "../define.ts";
import { readUrl } from "../rules/url.ts";

export const consulKv = declareKind({
  kind: "consul:kv",
  summary: "Keeps a value under a key in Consul.",
  params: { key: "str = ''", value: "str = ''", scheme: "str = ''", address: "str = ''", token: "str = ''" },
  about: {
    key: "The key. If empty, the name of the resource is the key, or a URL with scheme, address and key.",
    value: "The value.",
    scheme: "`http` or `https`; unless the environment of the agent says otherwise, `http`.",
    address:
      "Where Consul is, `HOST:PORT`; unless the environment of the agent says otherwise, `127.0.0.1:8500`.",
    token: "Token to show to Consul.",
  },
  example: `consul:kv "http://127.0.0.1:8500/web/motd" {\n\tvalue => "Welcome.",\n}\n`,
  validate(name, params) {
    const target = targetOf(name, params);
    if (target.key === "") return "the Key is empty";
    return ["", "http", "https"].includes(target.scheme)
      ? undefined
      : `the Scheme must be http or https: ${target.scheme}`;
  },
});

/** What the name says of scheme, address and key where the parameters do not; a name that is no URL is a key. */
export function targetOf(
  name: string,
  params: Readonly<Record<"key" | "scheme" | "address", string>>,
): Readonly<Record<"key" | "scheme" | "address", string>> {
  if (params.key !== "") return params;
  const url = readUrl(name);
  if ("flaw" in url) return { ...params, key: name };
  return {
    key: url.path.replace(/^\//, ""),
    scheme: params.scheme || url.scheme,
    address: params.address || url.host,
  };
}
