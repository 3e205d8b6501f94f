/**
 * What a node comes to: a value, a failure, or nothing yet. A failure is passed along edges like a value and cut
 * off like one: two failures are equal when they say the same and began at the same node.
 */
import { CatchableError, FatalError } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import { HostError } from "../host.ts";
import { equal, type Value } from "../value.ts";

/** Has no value yet: a source has not spoken, or something upstream has not. */
export const pending: unique symbol = Symbol("pending");

export type Outcome = Value | Failure | typeof pending;

/** Where a failure began. Its span may be widened after the failure arose, so it is read when it is reported. */
export interface Origin {
  readonly span: Span | undefined;
}

/** A failed computation (dataflow specification, 2.8). */
export class Failure {
  constructor(
    readonly message: string,
    readonly origin: Origin,
    /** `<|>` does not catch it, and nothing is published while it lives. */
    readonly fatal: boolean,
    /** Of the diagnostic. */
    readonly code: string = "function-failed",
  ) {}
}

/** The failure that an exception thrown by a function stands for. */
export function failureFrom(error: unknown, origin: Origin): Failure {
  if (error instanceof CatchableError) return new Failure(error.message, origin, false);
  if (error instanceof FatalError || error instanceof HostError) {
    return new Failure(error.message, origin, true);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new Failure(`panic in process: ${reason}`, origin, true);
}

/** Whether a change from one to the other is no change. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a === b) return true;
  if (a === pending || b === pending) return false;
  if (a instanceof Failure) {
    return b instanceof Failure && a.origin === b.origin && a.message === b.message && a.fatal === b.fatal;
  }
  return !(b instanceof Failure) && equal(a, b);
}
