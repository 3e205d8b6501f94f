import { readUrl } from "../rules/url.ts";

/** What keeps a text from naming a JSON document (resources-system 3.10); undefined if nothing does. */
export function storeFlaw(handle: string): string | undefined {
  if (handle === "") return "store handle is empty";
  if (handle.startsWith("/")) return undefined;
  const url = readUrl(handle);
  if ("flaw" in url) return `could not parse store handle: ${url.flaw}`;
  const { scheme, host, path, rawQuery } = url;
  if (scheme !== "file" && scheme !== "etcd") return `unknown store scheme: ${scheme}`;
  if (host !== "") return `${scheme} store host is not supported`;
  if (rawQuery !== "" || handle.includes("#")) return `${scheme} store query and fragment are not supported`;
  if (!path.startsWith("/")) return `${scheme} store path is not absolute`;
  return scheme === "etcd" && path === "/" ? "etcd store key is empty" : undefined;
}
