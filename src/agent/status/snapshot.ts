import type { DeclaredResource } from "../../../lang/output/resource-graph.ts";
import type { EdgeStatus, VertexStatus } from "../../engine/status.ts";
import { edgesOfGraph } from "../edge-data.ts";
import { summarize } from "../report.ts";
import type { ResourceMessage, StatusMessage } from "./message.ts";
import { protocolVersion } from "./request.ts";
import type { WallTime } from "./wall-time.ts";

export interface SnapshotInput
  extends Pick<
    StatusMessage,
    "host" | "pid" | "mgmt" | "program" | "prefix" | "noop" | "busy" | "converged" | "problem"
  > {
  readonly startedAt: Date;
  /** On the engine's clock, as all times in statuses. */
  readonly graphSince: number | undefined;
  readonly vertices: readonly VertexStatus[];
  /** Undefined if nobody wants to know. */
  readonly edges: readonly EdgeStatus[] | undefined;
  /** What the graph was made from; tells what the edges carry. */
  readonly declared: readonly DeclaredResource[];
}

/** What an agent says of itself at a moment. */
export function snapshot(input: SnapshotInput, times: WallTime): StatusMessage {
  const { startedAt, graphSince, vertices, edges, declared, ...agent } = input;
  return {
    version: protocolVersion,
    ...agent,
    startedAt: startedAt.toISOString(),
    graphSince: times.print(graphSince),
    summary: { ...summarize(vertices), ...unfinished(vertices) },
    resources: vertices.map((vertex) => resourceMessage(vertex, times)),
    ...(edges === undefined ? {} : { edges: [...edgesOfGraph(edges, declared)] }),
  };
}

function unfinished(
  vertices: readonly VertexStatus[],
): Pick<StatusMessage["summary"], "ok" | "pending" | "retrying"> {
  const pending = vertices.filter(({ state }) => state === "pending");
  return {
    ok: vertices.filter(({ state }) => state === "ok").length,
    pending: pending.length,
    retrying: pending.filter(({ error }) => error !== undefined).length,
  };
}

function resourceMessage(vertex: VertexStatus, times: WallTime): ResourceMessage {
  const {
    kind,
    name,
    state,
    checks,
    applies,
    changes,
    failures,
    error,
    lastError,
    blockedBy,
    waitsFor,
    group,
  } = vertex;
  return {
    kind,
    name,
    state,
    since: times.print(vertex.since),
    checks,
    applies,
    changes,
    failures,
    lastChange: times.print(vertex.lastChange),
    error: error ?? null,
    lastError:
      lastError === undefined ? null : { message: lastError.message, at: times.format(lastError.at) },
    nextRetry: times.print(vertex.nextRetry),
    blockedBy: [...blockedBy],
    waitsFor: waitsFor ?? null,
    group: group.map((member) => `${member.kind}[${member.name}]`),
  };
}
