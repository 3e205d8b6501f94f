/** Files of known hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
import { createHmac, timingSafeEqual } from "node:crypto";
import { matchesHost } from "./patterns.ts";
import { keyType } from "./public-key.ts";

/** A line of such a file. */
export interface KnownHost {
  readonly marker: "cert-authority" | "revoked" | undefined;
  /** Patterns, or one name that is hashed. */
  readonly hosts: string;
  readonly type: string;
  /** In base64. */
  readonly key: string;
  /** `FILE:LINE` */
  readonly place: string;
}

/** What is known of a host and the key that it shows. */
export type Verdict =
  | { readonly outcome: "known" }
  | { readonly outcome: "unknown" }
  /** It has another key. */
  | { readonly outcome: "changed"; readonly known: readonly KnownHost[] }
  | { readonly outcome: "revoked"; readonly by: KnownHost }
  /** Only an authority is known that may have signed it. */
  | { readonly outcome: "authority"; readonly by: KnownHost };

/** Lines that are none are passed over. @param path for messages */
export function parseKnownHosts(text: string, path: string): readonly KnownHost[] {
  return text.split("\n").flatMap((line, index) => {
    const [, marker, hosts = "", , key = ""] =
      /^\s*(?:@(\S+)\s+)?([^\s#@]\S*)\s+(\S+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line) ?? [];
    const type = keyType(key);
    if (type === undefined) return [];
    if (marker !== undefined && marker !== "cert-authority" && marker !== "revoked") return [];
    return [{ marker, hosts, type, key, place: `${path}:${index + 1}` }];
  });
}

/** What a host is called in the files: the first name counts, the second may confirm it. */
export function namesInFiles(host: string, port: number): readonly [string, string?] {
  const name = host.toLowerCase();
  return port === 22 ? [name] : [`[${name}]:${port}`, name];
}

/** Types of the keys that a host is known by. */
export function knownTypes(
  entries: readonly KnownHost[],
  names: readonly [string, string?],
): readonly string[] {
  const plain = entries.filter(({ marker }) => marker === undefined);
  const own = plain.filter(({ hosts }) => isNamedBy(hosts, names[0]));
  const found = own.length > 0 ? own : plain.filter(({ hosts }) => isNamedByAny(hosts, names));
  return [...new Set(found.map(({ type }) => type))];
}

/** @param key in base64 */
export function judge(
  entries: readonly KnownHost[],
  names: readonly [string, string?],
  key: string,
): Verdict {
  const [name] = names;
  const about = entries.filter(({ hosts }) => isNamedByAny(hosts, names));
  const revoked = about.find((entry) => entry.marker === "revoked" && entry.key === key);
  if (revoked !== undefined) return { outcome: "revoked", by: revoked };
  const plain = about.filter(({ marker }) => marker === undefined);
  const known = plain.filter(({ hosts }) => isNamedBy(hosts, name));
  if (known.some((entry) => entry.key === key)) return { outcome: "known" };
  if (known.length > 0) return { outcome: "changed", known };
  // As ssh(1) has it: a host whose key is known without a port may show the same one at another port.
  if (plain.some((entry) => entry.key === key)) return { outcome: "known" };
  const authority = about.find(({ marker }) => marker === "cert-authority");
  return authority === undefined ? { outcome: "unknown" } : { outcome: "authority", by: authority };
}

function isNamedByAny(hosts: string, names: readonly [string, string?]): boolean {
  return names.some((name) => name !== undefined && isNamedBy(hosts, name));
}

function isNamedBy(hosts: string, name: string): boolean {
  if (!hosts.startsWith("|")) return matchesHost(hosts.split(","), name);
  const [, salt = "", hash = ""] = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts) ?? [];
  const wanted = Buffer.from(hash, "base64");
  const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
