import { connect } from "node:net";

/** How long each is waited for, in ms. */
const patience = 5_000;

export interface OwnAddress {
  readonly address: string;
  /** The other that is reached by it is on this very machine. */
  readonly isSameMachine: boolean;
}

/**
 * The address by which this machine reaches others, and so can be reached by them.
 * @param urls of those others
 * @returns that towards the first of them that answers; undefined if none does
 */
export async function ownAddress(
  urls: readonly string[],
  signal?: AbortSignal,
): Promise<OwnAddress | undefined> {
  for (const url of urls) {
    signal?.throwIfAborted();
    const found = await addressTowards(url);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addressTowards(url: string): Promise<OwnAddress | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), timeout: patience });
    const end = (found: OwnAddress | undefined): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", () => {
      const { localAddress, remoteAddress } = socket;
      if (localAddress === undefined) return end(undefined);
      end({
        address: localAddress.replace(/^::ffff:/, ""),
        isSameMachine: localAddress === remoteAddress,
      });
    });
    socket.once("timeout", () => end(undefined));
    socket.once("error", () => end(undefined));
  });
}
