/** Whether an int fits the native integer that a resource stores it in (language specification, section 11). */
import type { IntegerRange } from "../kinds.ts";

/** What is wrong with the value, or undefined. */
export function outOfRange(range: IntegerRange, value: bigint): string | undefined {
  if (value >= range.min && value <= range.max) return undefined;
  return `${value} overflows ${range.native}, which goes from ${range.min} to ${range.max}`;
}
