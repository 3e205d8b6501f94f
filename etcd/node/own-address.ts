import { connect } from "node:net";

/** How long each is waited for, in ms. */
const patience = 5_000;

/**
 * The address by which this machine reaches others, and so can be reached by them.
 * @param urls of those others
 * @returns that towards the first of them that answers; undefined if none does
 */
export async function ownAddress(urls: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  for (const url of urls) {
    signal?.throwIfAborted();
    const address = await addressTowards(url);
    if (address !== undefined) return address;
  }
  return undefined;
}

function addressTowards(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), timeout: patience });
    const end = (address: string | undefined): void => {
      socket.destroy();
      resolve(address);
    };
    socket.once("connect", () => end(socket.localAddress?.replace(/^::ffff:/, "")));
    socket.once("timeout", () => end(undefined));
    socket.once("error", () => end(undefined));
  });
}
