/** The report of a run (CLI.md section 4). */
import { realpathSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import { fieldsToJson, type Json } from "../../lang/output/json.ts";
import type { ResourceGraph } from "../../lang/output/resource-graph.ts";
import type { EdgeStatus, VertexStatus } from "../engine/status.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { systemError } from "../os/errors.ts";
import { writeToStandardOutput } from "../os/standard-output.ts";
import { edgesOfGraph } from "./edge-data.ts";

export interface ReportInput {
  readonly host: string;
  readonly converged: boolean;
  readonly startedAt: Date;
  readonly vertices: readonly VertexStatus[];
  readonly edges: readonly EdgeStatus[];
  /** What the program declared last; tells what the edges carry. */
  readonly declared: ResourceGraph;
}

/** How many resources came to what. */
export function summarize(vertices: readonly VertexStatus[]): {
  readonly resources: number;
  readonly changed: number;
  readonly failed: number;
  readonly blocked: number;
  readonly noop: number;
} {
  const count = (test: (vertex: VertexStatus) => boolean): number => vertices.filter(test).length;
  return {
    resources: vertices.length,
    changed: count(({ changes }) => changes > 0),
    failed: count(({ state }) => state === "failed"),
    blocked: count(({ state }) => state === "blocked"),
    noop: count(({ state }) => state === "noop"),
  };
}

export function buildReport({ host, converged, startedAt, vertices, edges, declared }: ReportInput): Json {
  return {
    host,
    converged,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    summary: { ...summarize(vertices) },
    resources: vertices.map(({ kind, name, state, changes, fields, error, blockedBy, group }) => ({
      kind,
      name,
      state,
      changes,
      fields: fieldsToJson(fields),
      error: error ?? null,
      blockedBy: [...blockedBy],
      group: group.map((member) => ({
        kind: member.kind,
        name: member.name,
        fields: fieldsToJson(member.fields),
      })),
    })),
    edges: edgesOfGraph(edges, declared.resources).map((edge) => ({ ...edge })),
  };
}

/**
 * @param target a file, replaced as a whole, or something else that can be written to, such as a named pipe; `-` is
 *   standard output
 */
export async function writeReport(target: string, report: Json): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (target === "-") {
    await writeToStandardOutput(text);
    return;
  }
  const path = resolve(target);
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) replaceFile(path, encodeBytes(text), { mode: 0o666 & ~process.umask() });
    else if (status.isFile())
      replaceFile(realpathSync(path), encodeBytes(text), { mode: status.mode & 0o7777 });
    else writeFileSync(path, text);
  } catch (error) {
    throw systemError("could not write", path, error);
  }
}
