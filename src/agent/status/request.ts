/**
 * What an agent is asked over the socket in its working directory. A conversation is one line of JSON from the client, a
 * {@link StatusRequest}, and lines of JSON from the agent: one message (`message.ts`), or for `watch` one at once and
 * another whenever something has changed. What the agent cannot answer it answers with a line that has an `error`, and
 * closes.
 */

/** Of requests and messages. It grows when something that was there is gone, or means something else. */
export const protocolVersion = 1;

/** The name of the socket in the working directory. */
export const socketName = "status.sock";

export interface StatusRequest {
  readonly version: typeof protocolVersion;
  readonly request: "status" | "watch";
  /** The edges are wanted, too. */
  readonly edges: boolean;
}

/** Reads what a client wants. @throws Error telling what is wrong with it */
export function readRequest(line: string): StatusRequest {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    throw new Error("a request is one line of JSON");
  }
  if (typeof data !== "object" || data === null || !("version" in data) || !("request" in data)) {
    throw new Error("a request is an object with a version and a request");
  }
  const { version, request } = data;
  if (version !== protocolVersion) throw new Error(`this agent speaks version ${protocolVersion} only`);
  if (request !== "status" && request !== "watch") throw new Error("there are the requests status and watch");
  return { version, request, edges: "edges" in data && data.edges === true };
}
