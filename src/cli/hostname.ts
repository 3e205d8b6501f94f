import { UsageError } from "./arguments.ts";

/** The rules for names of nodes (cluster specification, 2.2). @param command for messages @throws UsageError */
export function checkHostname(command: string, host: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host) && /[A-Za-z0-9]/.test(host)) return;
  throw new UsageError(
    `${command}: \`${host}\` is no host name: 1 to 253 of letters, digits, dot, dash and underscore, not beginning with a dot or dash`,
  );
}
