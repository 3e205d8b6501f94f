/** Whether a number fits the native number that a resource stores it in (language specification, section 11). */
import type { NativeRange } from "../kinds.ts";
import { print, type Value } from "../value.ts";

/** What is wrong with the value, or undefined. Infinities and NaN fit every float. */
export function outOfRange(range: NativeRange, value: Value): string | undefined {
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isFinite(value))) return undefined;
  if (value >= range.min && value <= range.max) return undefined;
  return `${print(value)} overflows ${range.native}, which goes from ${print(range.min)} to ${print(range.max)}`;
}
