/** What the host cannot do, as a failure of the function that asked. */
import { CatchableError, FatalError } from "../define.ts";

/** Failures that a function raised itself stay; all else is fatal. */
export function asFailure(error: unknown): Error {
  if (error instanceof CatchableError || error instanceof FatalError) return error;
  return new FatalError(error instanceof Error ? error.message : String(error));
}

/** Runs what asks the host. @throws FatalError */
export function fatally<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw asFailure(error);
  }
}
