/** The way to servers through SSH (cluster specification, 8.2). Loads an SSH client. */
import type { Log } from "../../os/log.ts";
import type { SshAccess } from "../../os/ssh/connection.ts";
import { type SeedTunnels, type TunnelEvent, tunnelSeeds } from "../../os/ssh/tunnels.ts";

/** Leads to servers by URLs that can be used here. */
export interface Route extends AsyncDisposable {
  /** @param urls as the SSH host sees them @throws Error naming cause and cure if there is no way and will be none */
  to(urls: readonly string[]): Promise<readonly string[]>;
}

/** @param directory for sockets; nobody else may use it at the same time */
export function sshRoute(access: SshAccess, directory: string, log: Log): Route {
  const ends = new AbortController();
  let tunnels: Promise<SeedTunnels> | undefined;
  return {
    async to(urls) {
      if (tunnels !== undefined) return (await tunnels).setSeeds(urls);
      tunnels = tunnelSeeds({
        access,
        seeds: urls,
        directory,
        signal: ends.signal,
        onEvent: (event) => log(...lineOf(event)),
      });
      return (await tunnels).endpoints;
    },
    async [Symbol.asyncDispose]() {
      ends.abort();
      const opened = await tunnels?.catch(() => undefined);
      await opened?.close();
    },
  };
}

function lineOf(event: TunnelEvent): Parameters<Log> {
  switch (event.type) {
    case "connected":
      return ["info", "ssh", `connected to ${event.to}`];
    case "lost":
    case "cannot":
    case "seed-unreachable":
      return ["warn", "ssh", event.reason];
    case "seed-reachable":
      return ["info", "ssh", `${event.seed} can be reached again`];
  }
}
