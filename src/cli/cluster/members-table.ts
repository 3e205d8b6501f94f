import type { MemberOverview, Overview } from "../../../etcd/membership/overview.ts";
import { table } from "../table.ts";

/** The members of a cluster, and those that could become one, for people. */
export function membersTable({ members, volunteers, nominations, quarantined }: Overview): readonly string[] {
  const rows = members.map((member) => [
    member.name || "(not started)",
    member.role,
    healthOf(member),
    member.status === undefined ? "" : `etcd ${member.status.version}`,
    member.status === undefined ? "" : bytes(member.status.dbSize),
    member.lag === undefined ? "" : member.lag === 0 ? "up to date" : `${member.lag} entries behind`,
    [...member.clientUrls, ...(member.zone ? [`zone ${member.zone}`] : [])].join(" "),
  ]);
  for (const [name, { zone, clientUrls }] of volunteers) {
    const state = nominations.has(name)
      ? "nominated"
      : quarantined.includes(name)
        ? "did not come"
        : "volunteer";
    rows.push([
      name,
      state,
      "",
      "",
      "",
      "",
      [...clientUrls, ...(zone === "" ? [] : [`zone ${zone}`])].join(" "),
    ]);
  }
  return table([["NODE", "ROLE", "HEALTH", "VERSION", "SIZE", "LAG", "REACHED AT"], ...rows]);
}

function healthOf({ isWell, status, isStarted, leaving }: MemberOverview): string {
  if (leaving !== undefined) return `leaving (${leaving.reason || leaving.state})`;
  if (!isStarted) return "not started";
  if (status === undefined) return "unreachable";
  if (status.errors.length > 0) return status.errors.join("; ");
  return isWell ? "well" : "no leader";
}

/** A number of bytes in the units that people use. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = count;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
