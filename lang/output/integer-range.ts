/** Whether an int fits the native integer that a resource stores it in (language specification, section 11). */
import type { IntegerRange } from "../kinds.ts";

/** What is wrong with the value, or undefined. */
export function outOfRange(range: IntegerRange, value: bigint): string | undefined {
  if (range.min === 0n && value < 0n) {
    return `can't store negative int \`${value}\` into unsigned \`${range.native}\` field`;
  }
  if (value < range.min || value > range.max) {
    return `0 is an \`${range.native}\`, and rv \`${value}\` will overflow it`;
  }
  return undefined;
}
