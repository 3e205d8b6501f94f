import { keyType } from "./public-key.ts";

/** Where to connect; what is undefined is said by `~/.ssh/config`, or else is user `root` and port 22. */
export interface SshTarget {
  /** A name of the network, or of a `Host` in `~/.ssh/config`. */
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  /** The only key that the host may show, in base64. */
  readonly hostKey: string | undefined;
}

interface Flaw {
  /** What keeps the text from being a target, as the end of a sentence. */
  readonly flaw: string;
}

const form = "it must be [ssh://][USER@]HOST[:PORT][?hostkey=BASE64]";

/** Reads `[ssh://][user@]host[:port][?hostkey=...]`; an IPv6 address is in brackets. */
export function parseSshTarget(text: string): SshTarget | Flaw {
  const [, scheme, rest = ""] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== "ssh")
    return { flaw: `the scheme must be ssh, not ${scheme}` };
  const [, authority = "", query = ""] = /^([^?#/]*)\/?(?:\?([^#]*))?$/s.exec(rest) ?? [];
  if (authority === "")
    return { flaw: rest === "" || rest.startsWith("?") ? `it has no host; ${form}` : form };
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? undefined : decode(authority.slice(0, at));
  if (user?.includes(":"))
    return { flaw: "it holds a password, and connections are made with keys only; leave it out" };
  if (user !== undefined && !/^[^\s\p{C}]+$/u.test(user)) return { flaw: `the user is no name; ${form}` };
  const address = authority.slice(at + 1);
  if (/^[^[\]]*:[^[\]]*:/.test(address)) return { flaw: "an IPv6 address must be in brackets: [::1]:22" };
  const [, bracketed, plain, digits = ""] =
    /^(?:\[([\da-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s\p{C}:[\]%]+))(?::(\d*))?$/u.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return { flaw: form };
  const port = digits === "" ? undefined : Number(digits);
  if (port !== undefined && (port === 0 || port > 65535))
    return { flaw: `the port must be 1 to 65535, not ${digits}` };
  const hostKey = readHostKey(query);
  return typeof hostKey === "object" ? hostKey : { host, user, port, hostKey };
}

/** What keeps a text from being the key of a host: base64, the second of the fields that `ssh-keyscan` prints behind the host. */
export function hostKeyFlaw(text: string): string | undefined {
  if (keyType(text) !== undefined) return undefined;
  return "it must be a public key in base64, the field that begins with AAAA in known_hosts";
}

function readHostKey(query: string): string | undefined | Flaw {
  let found: string | undefined;
  for (const pair of query.split("&").filter((each) => each !== "")) {
    const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    if (name !== "hostkey") return { flaw: `it may be followed by ?hostkey=BASE64 only, not by ${name}` };
    if (found !== undefined) return { flaw: "it has two host keys" };
    // A plus sign is a digit of base64 here, not the blank that forms make of it.
    found = decode(value);
    const flaw = hostKeyFlaw(found);
    if (flaw !== undefined) return { flaw: `of its hostkey: ${flaw}` };
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
