/** Addresses in parameters: where servers listen, IPv4 addresses and networks, hardware addresses. */
import { type Cidr, parseAddress, parseCidr } from "../../../lang/core/support/ip-address.ts";

/** Host and port of `host:port`; an IPv6 host is in brackets. Undefined if the text is something else. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65535 ? undefined : { host, port };
}

/** What keeps a text from being an address to listen at: `host:port`, where the host is empty or an IP address. */
export function listenAddressFlaw(text: string): string | undefined {
  if (text === "") return "the Address is empty";
  const parts = splitHostPort(text);
  if (parts === undefined) return `the Address \`${text}\` must be HOST:PORT, such as \`:8080\``;
  if (parts.host === "" || parseAddress(parts.host) !== undefined) return undefined;
  return `the host of the Address must be empty or an IP address: ${parts.host}`;
}

export function isIpv4(text: string): boolean {
  return parseAddress(text)?.bits === 32;
}

/** An IPv4 address with the length of its prefix, `a.b.c.d/n`. */
export function parseIpv4Cidr(text: string): Cidr | undefined {
  const cidr = parseCidr(text, true);
  return cidr?.address.bits === 32 ? cidr : undefined;
}

/** Whether a text is a hardware address as it is compared: six bytes in lower case, with colons. */
export function isCanonicalMac(text: string): boolean {
  return /^[\da-f]{2}(?::[\da-f]{2}){5}$/.test(text);
}
