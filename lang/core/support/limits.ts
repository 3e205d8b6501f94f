/** Guards against arguments that would make a function run away with the machine. */
import { FatalError } from "../define.ts";

/** The most bytes of text, or elements of a list, that one call may make. */
export const LARGEST_SIZE = 2 ** 28;

/** @throws FatalError if `size` bytes or elements are more than one call may make */
export function checkSize(size: bigint): number {
  if (size > LARGEST_SIZE) {
    throw new FatalError(`result is too large: ${size}, at most ${LARGEST_SIZE} can be made`);
  }
  return Number(size);
}
