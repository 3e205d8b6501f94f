import { compareBytes } from "../../lang/bytes.ts";
import type { ScheduleOptions } from "./schedule-store.ts";

/**
 * Chooses among the hosts that ask for it. Where they ask for different things, what the first in order of names asks
 * for holds.
 *
 * @param before who was chosen last, in the order in which they were: a host that left and came back queues behind
 * @param loadOf how busy a host is; more is busier
 * @param arrivalOf when a host has begun to ask; less is earlier
 * @returns those that are chosen now, in that order
 */
export function chooseHosts(
  asking: ReadonlyMap<string, Pick<ScheduleOptions, "strategy" | "max" | "hosts">>,
  before: readonly string[],
  loadOf: (host: string) => number = () => 0,
  arrivalOf: (host: string) => number = () => 0,
): readonly string[] {
  const names = [...asking.keys()].sort(compareBytes);
  const options = asking.get(names[0] ?? "");
  if (options === undefined) return [];
  const { strategy, max, hosts: allowed } = options;
  const candidates = allowed === undefined ? names : names.filter((host) => allowed.includes(host));
  if (strategy === "rr") candidates.sort((a, b) => arrivalOf(a) - arrivalOf(b));
  if (strategy === "least") candidates.sort((a, b) => loadOf(a) - loadOf(b));
  const kept = strategy === "alpha" ? [] : before.filter((host) => candidates.includes(host));
  return [...new Set([...kept, ...candidates])].slice(0, max);
}
