/**
 * Splits URLs by RFC 3986 and changes nothing in them but the case of the scheme and percent escapes; the URL class
 * of JavaScript would normalize host, port and path.
 */
import { decodeBytes, encodeBytes } from "../../bytes.ts";
import { parseAddress } from "./ip-address.ts";

export interface UrlParts {
  /** Lower case; empty for a relative reference. */
  readonly scheme: string;
  /** With port, without user. */
  readonly host: string;
  /** Percent escapes decoded. */
  readonly path: string;
  /** As written, without `?`. */
  readonly rawQuery: string;
}

/** A text that is no URL; the message says why. */
export class UrlError extends Error {}

/** @throws UrlError */
export function parseUrl(text: string): UrlParts {
  const [reference, fragment] = cut(text, "#");
  if (/[\x00-\x1f\x7f]/.test(reference)) throw new UrlError("invalid control character");
  decodePercent(fragment);
  const { scheme, rest } = takeScheme(reference);
  const [hierarchy, rawQuery] = cut(rest, "?");
  if (scheme !== "" && !hierarchy.startsWith("/")) return { scheme, host: "", path: "", rawQuery };
  const hasAuthority = hierarchy.startsWith("//") && (scheme !== "" || !hierarchy.startsWith("///"));
  if (!hasAuthority) return { scheme, host: "", path: decodePercent(hierarchy), rawQuery };
  const slash = hierarchy.indexOf("/", 2);
  const authority = hierarchy.slice(2, slash < 0 ? undefined : slash);
  return {
    scheme,
    host: takeHost(authority),
    path: decodePercent(slash < 0 ? "" : hierarchy.slice(slash)),
    rawQuery,
  };
}

function cut(text: string, mark: string): readonly [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function takeScheme(reference: string): { readonly scheme: string; readonly rest: string } {
  if (reference.startsWith(":")) throw new UrlError("missing protocol scheme");
  const match = /^([a-z][a-z\d+.-]*):/i.exec(reference);
  if (match === null) return { scheme: "", rest: reference };
  return { scheme: (match[1] ?? "").toLowerCase(), rest: reference.slice(match[0].length) };
}

function takeHost(authority: string): string {
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[\w.~!$&'()*+,;=:@%-]*$/.test(user)) throw new UrlError("invalid user information");
    decodePercent(user);
  }
  const host = authority.slice(at + 1);
  if (host.lastIndexOf("[") > 0) throw new UrlError("no IPv6 address in brackets");
  const bracket = host.startsWith("[") ? host.lastIndexOf("]") : -1;
  if (host.startsWith("[") && bracket < 0) throw new UrlError("missing ']' in host");
  const port = bracket >= 0 ? host.slice(bracket + 1) : (/:[^:]*$/.exec(host)?.[0] ?? "");
  if (!/^(?::\d*)?$/.test(port)) throw new UrlError(`invalid port "${port}" after host`);
  checkHostName(host);
  if (!host.includes("[")) return decodeHostName(host);
  const [, address = "", zone] = /^\[([^%]*)(%25.+)?\]$/s.exec(host.slice(0, bracket + 1)) ?? [];
  if (parseAddress(address)?.bits !== 128) throw new UrlError("no IPv6 address in brackets");
  return `[${address}${decodeZone(zone ?? "")}]${port}`;
}

function checkHostName(text: string): void {
  if (/[\x00-\x20#/?@\\^`{|}]/.test(text)) throw new UrlError("invalid character in host name");
}

/** Hosts escape only what is not ASCII, and the percent sign. */
function decodeHostName(text: string): string {
  if (/%(?!25)[0-7]/.test(text)) throw new UrlError("invalid escape in host name");
  return decodePercent(text);
}

/** Zones may escape whatever could stand there without, and blanks. */
function decodeZone(text: string): string {
  const zone = decodePercent(text);
  checkHostName(zone.replaceAll(" ", ""));
  return zone;
}

/** Decodes percent escapes. @throws UrlError for a `%` that begins none */
function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  const wrong = /%(?![\da-f]{2}).{0,2}/i.exec(text);
  if (wrong !== null) throw new UrlError(`invalid URL escape "${wrong[0]}"`);
  const parts = text.split(/%(..)/);
  const bytes = parts.map((part, index) =>
    index % 2 === 0 ? encodeBytes(part) : Uint8Array.of(Number.parseInt(part, 16)),
  );
  return decodeBytes(Buffer.concat(bytes));
}
