import { print } from "../../../lang/value.ts";

/**
 * How two lists of one parameter differ if order does not count; unset is not the empty list.
 * @returns a clause for messages, or undefined if they do not differ
 */
export function memberDifference(
  parameter: string,
  mine: readonly string[] | undefined,
  theirs: readonly string[] | undefined,
): string | undefined {
  const show = (list: readonly string[] | undefined): string =>
    list === undefined ? "unset" : print([...list].sort());
  const [left, right] = [show(mine), show(theirs)];
  return left === right ? undefined : `${parameter} differs: ${left} vs ${right}`;
}
