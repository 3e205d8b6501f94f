/** A server of the store, as the SSH host sees it. */
export interface Seed {
  /** With its port, and nothing behind it. */
  readonly url: string;
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
}

/** The port at which etcd waits for clients. */
const usualPort = 2379;

/** Reads `http://HOST[:PORT]` or `https://HOST[:PORT]`. @throws TypeError */
export function parseSeed(text: string): Seed {
  const [, scheme = "", bracketed, plain, digits = ""] =
    /^(https?):\/\/(?:\[([\da-fA-F:.]+)\]|([^\s\p{C}:[\]/?#@%]+))(?::(\d*))?\/?$/u.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === "" ? usualPort : Number(digits);
  if (host === undefined || port === 0 || port > 65535)
    throw new TypeError(
      `${text} is not the URL of a server as the SSH host sees it; such are http://127.0.0.1:2379 and https://HOST:PORT`,
    );
  const name = bracketed === undefined ? host : `[${host}]`;
  return { url: `${scheme}://${name}:${port}`, isSecure: scheme === "https", host, port };
}
