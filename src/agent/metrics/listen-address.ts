/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address, IPv6 without brackets; undefined for all there are. */
  readonly hostname: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Reads `HOST:PORT`, `[ADDRESS]:PORT` or `:PORT`. @returns undefined if it is none of these */
export function readListenAddress(text: string): ListenAddress | undefined {
  const parts = /^(?:\[(?<address>[\p{Hex_Digit}:.%\w]+)\]|(?<name>[^\s:[\]/]*)):(?<port>\d{1,5})$/u.exec(
    text,
  )?.groups;
  if (parts === undefined) return undefined;
  const port = Number(parts.port);
  if (port > 65535) return undefined;
  return { hostname: parts.address || parts.name || undefined, port };
}

/** The way URLs have it. */
export function printListenAddress({ hostname, port }: ListenAddress): string {
  if (hostname === undefined) return `:${port}`;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
