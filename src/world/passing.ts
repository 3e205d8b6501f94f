/**
 * Whether something has failed only because a store that hosts share cannot be reached at the moment: the same may succeed when it is
 * back, and nobody here can do anything about it until then.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("isTransient" in error) return error.isTransient === true;
  return isPassing(error.cause);
}
