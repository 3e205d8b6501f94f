import { type FuncType, isComparable } from "../../types/type.ts";
import type { Value } from "../../value.ts";
import { FatalError } from "../define.ts";

/** A function that compares its first argument; it fails where the type of that cannot be compared. */
export function comparing<A extends readonly Value[]>(
  type: FuncType,
  compare: (...args: A) => boolean,
): (...args: A) => boolean {
  const compared = type.args[0]?.type;
  if (compared === undefined || isComparable(compared)) return compare;
  return () => {
    throw new FatalError("unsupported kind: func: functions cannot be compared");
  };
}
