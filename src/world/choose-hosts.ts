import { compareBytes } from "../../lang/bytes.ts";
import type { ScheduleOptions } from "./schedule-store.ts";

/**
 * Chooses among the hosts that ask for it. Where they ask for different things, what the first in order of names asks
 * for holds.
 *
 * @param before who was chosen last, in the order in which they were: a host that left and came back queues behind
 * @returns those that are chosen now, in that order
 */
export function chooseHosts(
  asking: ReadonlyMap<string, Pick<ScheduleOptions, "strategy" | "max">>,
  before: readonly string[],
): readonly string[] {
  const hosts = [...asking.keys()].sort(compareBytes);
  const options = asking.get(hosts[0] ?? "");
  if (options === undefined) return [];
  const kept = options.strategy === "rr" ? before.filter((host) => asking.has(host)) : [];
  return [...new Set([...kept, ...hosts])].slice(0, options.max);
}
