import { readUrl } from "../rules/url.ts";

/** What keeps a text from naming the program that clients boot; undefined if nothing does. */
export function bootUrlFlaw(nbp: string): string | undefined {
  if (nbp === "") return undefined;
  const url = readUrl(nbp);
  if ("flaw" in url) return `invalid Nbp: ${url.flaw}`;
  if (url.scheme === "") return "the Nbp must begin with a scheme: tftp://";
  return url.scheme === "tftp" ? undefined : `the scheme of the Nbp must be tftp: ${url.scheme}`;
}
