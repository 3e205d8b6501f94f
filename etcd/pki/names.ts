import { isIP, isIPv6 } from "node:net";
import { PkiError } from "./pki-error.ts";

/** The name that all servers have beside their own ones, and that clients look for. */
export const serverName = "etcd.mgmt.internal";

/** Who may do everything. No node is called that. */
export const rootUser = "root";

/** As many characters as a common name may have, and the name of a Linux machine. */
const longestName = 64;

/**
 * Checks that a node can have a name: it is a common name, a user of etcd, and a part of keys.
 * @throws PkiError
 */
export function requireNodeName(name: string): void {
  const problem = problemOfName(name);
  if (problem !== undefined)
    throw new PkiError(
      "bad-name",
      `no node can be called ${JSON.stringify(name.slice(0, 2 * longestName))}: ${problem}; choose another with --hostname`,
    );
}

function problemOfName(name: string): string | undefined {
  if (name === rootUser) return "that is the user who may do everything";
  if (name.length > longestName) return `it has more than ${longestName} characters`;
  if (!/^[A-Za-z\d][A-Za-z\d._-]*$/.test(name))
    return "names are of letters, digits, dots, hyphens and underscores, and begin with a letter or digit";
  return undefined;
}

/** What a server is called by, beside its own addresses. */
const commonAddresses = [serverName, "localhost", "127.0.0.1", "::1"] as const;

/** Of a certificate, as its extension has it. */
export interface AlternativeName {
  readonly type: "dns" | "ip";
  readonly value: string;
}

/** @param addresses names and IP addresses, beside those that all servers have @throws PkiError */
export function alternativeNames(addresses: readonly string[]): readonly AlternativeName[] {
  return [...new Set([...commonAddresses, ...addresses.map(plainAddress)])].map((value) => {
    if (isIP(value) !== 0) return { type: "ip", value };
    if (value.length <= 253 && /^(?:\*\.)?[a-z\d_](?:[a-z\d_.-]*[a-z\d_])?$/i.test(value))
      return { type: "dns", value };
    throw new PkiError(
      "bad-name",
      `${JSON.stringify(value)} is neither the name of a machine nor an IP address`,
    );
  });
}

/** Without what makes an address of IPv6 fit for a URL, or for one machine only, and in its shortest form. */
export function plainAddress(address: string): string {
  const text = address.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  return isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
