import { readUrl } from "../rules/url.ts";

/** How to speak to a board management controller: `rpc` or `gofish`, with an `s` behind for TLS. */
const drivers: readonly string[] = ["rpc", "rpcs", "gofish", "gofishs"];

/** What the name of a resource and its parameters say, `driver://user@host:port`. */
export function targetFlaw(
  name: string,
  params: { readonly hostname: string; readonly driver?: string },
): string | undefined {
  const url = readUrl(name);
  const [host, scheme] = "flaw" in url ? ["", ""] : [url.host.replace(/:\d*$/, ""), url.scheme];
  if ((params.hostname || host) === "") return "the Hostname is empty";
  if (params.driver === undefined) return undefined;
  const driver = params.driver || scheme;
  if (driver === "") return "the Driver is empty";
  return drivers.includes(driver) ? undefined : `unknown Driver: ${driver}`;
}
