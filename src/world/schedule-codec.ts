/** What a host asks the scheduler for, as text: JSON. */
import { type ScheduleOptions, strategies } from "./schedule-store.ts";

/** Equal texts for equal options. */
export function encodeSchedule({ strategy, max, persist, ttl, hosts }: ScheduleOptions): string {
  return JSON.stringify({ strategy, max, persist, ttl, hosts: hosts?.toSorted() });
}

/** @returns undefined for text that {@link encodeSchedule} did not make */
export function decodeSchedule(text: string): ScheduleOptions | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof data !== "object" || data === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(data));
  const strategy = strategies.find((name) => name === fields.get("strategy"));
  const [max, ttl, hosts] = ["max", "ttl", "hosts"].map((name) => fields.get(name));
  if (strategy === undefined || !isCount(max)) return undefined;
  if (ttl !== undefined && !isCount(ttl)) return undefined;
  if (hosts !== undefined && !isTexts(hosts)) return undefined;
  const persist = fields.get("persist") === true;
  return { strategy, max, persist, ...(ttl !== undefined && { ttl }), ...(hosts !== undefined && { hosts }) };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
