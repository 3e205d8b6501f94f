/** What an agent answers over its socket; see `request.ts` for the conversation. */
import { type } from "arktype";

/** ISO 8601. */
const time = "string";
const state = "'ok' | 'pending' | 'failed' | 'blocked' | 'noop'";

const resource = type({
  kind: "string",
  name: "string",
  state,
  /** When it came to be in this state; null if that was not noted. */
  since: `${time} | null`,
  /** Since it entered the graph: runs of its check, those that were allowed to change something, those that did, failures. */
  checks: "number",
  applies: "number",
  changes: "number",
  failures: "number",
  lastChange: `${time} | null`,
  /** Of the last attempt, if that failed. */
  error: "string | null",
  /** The last failure, be it overcome or not. */
  lastError: type({ message: "string", at: time }).or("null"),
  nextRetry: `${time} | null`,
  /** `kind[name]` of those whose failure holds it back. */
  blockedBy: "string[]",
  /** `kind[name]` of one that must become good first. */
  waitsFor: "string | null",
  /** `kind[name]` of those whose work it does. */
  group: "string[]",
});

const edge = type({
  from: "string",
  to: "string",
  notify: "boolean",
  auto: "boolean",
  "send?": { from: "string", to: "string" },
});

const message = type({
  version: "1",
  host: "string",
  pid: "number",
  /** The version of mgmt. */
  mgmt: "string",
  startedAt: time,
  /** What the agent was told to run. */
  program: "string",
  /** The working directory. */
  prefix: "string",
  /** It changes nothing. */
  noop: "boolean",
  /** Something is being done, or will be by itself. */
  busy: "boolean",
  /** Null if the agent does not look at convergence. */
  converged: "boolean | null",
  /** What keeps the program from saying anything new; what it said before stays in force. */
  problem: "string | null",
  /** When the running graph took effect. */
  graphSince: `${time} | null`,
  summary: {
    resources: "number",
    ok: "number",
    pending: "number",
    /** Those among the pending whose last attempt has failed. */
    retrying: "number",
    failed: "number",
    blocked: "number",
    noop: "number",
    changed: "number",
  },
  /** Sorted by kind and name. */
  resources: resource.array(),
  "edges?": edge.array(),
});

const errorMessage = type({ version: "number", error: "string" });

/** What an agent is doing. */
export type StatusMessage = typeof message.infer;
export type ResourceMessage = typeof resource.infer;

/** Reads a line that an agent sent. @throws Error if it is none, or refuses the request */
export function readMessage(line: string): StatusMessage {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    throw new Error("the agent does not answer in JSON");
  }
  const refused = errorMessage(data);
  if (!(refused instanceof type.errors)) throw new Error(`the agent says: ${refused.error}`);
  const read = message(data);
  if (read instanceof type.errors)
    throw new Error(`the answer of the agent is not understood (${read.summary}); is it of another version?`);
  return read;
}
