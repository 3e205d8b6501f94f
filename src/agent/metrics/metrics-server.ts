import { errorCode, explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import { type ListenAddress, printListenAddress } from "./listen-address.ts";
import type { Metrics } from "./metrics.ts";

/** What error codes mean where somebody wants to listen. */
const causes: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EAGAIN: "the name leads to no address",
};

/**
 * Serves metrics at `/metrics` until stopped.
 * @returns stops it
 * @throws Error naming address, cause and cure if it cannot listen there
 */
export function serveMetrics(metrics: Metrics, address: ListenAddress, log: Log): () => void {
  const { hostname, port } = address;
  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      ...(hostname === undefined ? {} : { hostname }),
      port,
      fetch: (request) => answer(request, metrics),
      error: (error) => new Response(`${explainError(error)}\n`, { status: 500 }),
    });
  } catch (error) {
    const cause = causes[errorCode(error) ?? ""] ?? explainError(error);
    throw new Error(
      `cannot serve metrics on ${printListenAddress(address)}: ${cause}; --prometheus-listen names another address`,
    );
  }
  const at = printListenAddress({ hostname: hostname ?? "0.0.0.0", port: server.port ?? port });
  log("info", "main", `metrics at http://${at}/metrics`);
  return () => void server.stop(true);
}

async function answer(request: Request, metrics: Metrics): Promise<Response> {
  if (new URL(request.url).pathname !== "/metrics")
    return new Response("metrics are at /metrics\n", { status: 404 });
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("metrics can only be read\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
}
