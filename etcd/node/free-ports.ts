import { createServer } from "node:net";
import type { Addresses, Listening } from "../server/state-file.ts";

/**
 * The same addresses with other ports where somebody listens at the usual ones already, as another node on the same
 * machine does.
 */
export async function withFreePorts({ clients, peers, join }: Addresses): Promise<Addresses> {
  // One after the other, so that none is found twice.
  return { clients: await freed(clients), peers: await freed(peers), join: await freed(join) };
}

async function freed(listening: Listening): Promise<Listening> {
  for (const url of listening.listen) {
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, "");
    if ((await listenOnce(host, Number(port))) !== undefined) continue;
    const free = await listenOnce(host, 0);
    if (free === undefined) return listening;
    const withPort = (each: string): string => each.replace(/:\d+$/, `:${free}`);
    return { listen: listening.listen.map(withPort), advertise: listening.advertise.map(withPort) };
  }
  return listening;
}

/** @returns the port; undefined if it cannot be listened at */
function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
