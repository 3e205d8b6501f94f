/** What agents tell of themselves as text: readable JSON. */
import type { DeployProgress, DeployStatus, HostCounts, HostStatus } from "./host-status-store.ts";

/** Of the form, which readers have to know. */
const version = 1;

const states: readonly DeployProgress[] = ["waiting", "fetched", "compiling", "running", "cached", "failed"];

export function encodeHostStatus(status: HostStatus): string {
  const { deploy, converged, ...rest } = status;
  const { id = null, state, message = null, inForce = null } = deploy ?? {};
  return JSON.stringify({
    v: version,
    ...rest,
    converged: converged ?? null,
    deploy: deploy === undefined ? null : { id, state, message, inForce },
  });
}

/** @returns undefined for text of another form */
export function decodeHostStatus(text: string): HostStatus | undefined {
  const data = fieldsOf(parse(text));
  if (data?.get("v") !== version) return undefined;
  const [mgmt, since] = [data.get("version"), data.get("since")];
  const counts = toCounts(fieldsOf(data.get("counts")));
  if (typeof mgmt !== "string" || typeof since !== "string" || counts === undefined) return undefined;
  const told = fieldsOf(data.get("deploy"));
  const deploy = told && toDeploy(told);
  if (told !== undefined && deploy === undefined) return undefined;
  const converged = data.get("converged");
  return {
    version: mgmt,
    deploy,
    converged: typeof converged === "boolean" ? converged : undefined,
    settled: data.get("settled") === true,
    counts,
    since,
  };
}

function toDeploy(data: ReadonlyMap<string, unknown>): DeployStatus | undefined {
  const state = states.find((each) => each === data.get("state"));
  if (state === undefined) return undefined;
  const message = data.get("message");
  return {
    id: numberOf(data.get("id")),
    state,
    message: typeof message === "string" ? message : undefined,
    inForce: numberOf(data.get("inForce")),
  };
}

function toCounts(data: ReadonlyMap<string, unknown> | undefined): HostCounts | undefined {
  const [resources, changed, failed, blocked] = ["resources", "changed", "failed", "blocked"].map((name) =>
    numberOf(data?.get(name)),
  );
  if (resources === undefined || changed === undefined) return undefined;
  if (failed === undefined || blocked === undefined) return undefined;
  return { resources, changed, failed, blocked };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(data: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof data === "object" && data !== null ? new Map(Object.entries(data)) : undefined;
}
