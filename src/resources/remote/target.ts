import { readUrl } from "../rules/url.ts";

/** Where to connect over SSH, and as whom; percent escapes are as they were written. */
export interface Target {
  readonly user: string;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
}

/** Reads `[ssh://][USER[:PASSWORD]@]HOST[:PORT]`. */
export function parseTarget(text: string): Target | { readonly flaw: string } {
  if (text === "") return { flaw: "the Remote is empty" };
  const url = text.includes("://") ? text : `ssh://${text}`;
  const parts = readUrl(url);
  if ("flaw" in parts) return { flaw: `invalid Remote: ${parts.flaw}` };
  if (parts.scheme !== "ssh") return { flaw: `the scheme of the Remote must be ssh: ${parts.scheme}` };
  const [, bracketed, plain = "", digits] =
    /^(?:\[([^[\]]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(parts.host) ?? [];
  const host = bracketed ?? plain;
  if (host === "") return { flaw: "the Remote has no host" };
  const port = digits === undefined || digits === "" ? 22 : Number(digits);
  if (port === 0 || port > 65535) return { flaw: `the port of the Remote must be 1 to 65535: ${digits}` };
  const authority = url.slice("ssh://".length).split("/")[0] ?? "";
  const at = authority.lastIndexOf("@");
  const [user = "", password] = at < 0 ? [] : splitOnce(authority.slice(0, at), ":");
  return {
    user: user === "" ? "root" : user,
    password,
    host,
    port,
  };
}

function splitOnce(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
