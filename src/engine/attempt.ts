import type { Clock } from "./clock.ts";
import { type Behavior, type Change, ResourceError, type Run } from "./resource.ts";

/** What an attempt calls. */
export type Work = Pick<Behavior, "checkApply">;

/** Why a running check was asked to give up. */
export type AbortReason = "timeout" | "removed" | "interrupted" | "watch failed";

/** What came of a check; `ok` as {@link Behavior.checkApply} returns it. */
export type Outcome = { readonly ok: boolean } | { readonly error: unknown };

/**
 * One call of `checkApply`. It is over when the call returns, or when its time is over, whichever is first. A call that
 * goes on after its timeout is still to be reckoned with: see {@link returned}.
 */
export class Attempt implements Run {
  /** Why it was aborted, if it was. */
  abortReason: AbortReason | undefined;
  /** The call has come back, so that another one may be made. */
  returned = false;
  /** It calls the check, and does not export alone. */
  checks = false;
  /** On the engine's clock. Unset for calls that come back at once, which are timed only if somebody observes them. */
  startedAt: number | undefined;
  /** When the event came that led to it, if one did and somebody observes checks. */
  eventAt: number | undefined;
  #controller: AbortController | undefined;
  #whenReturned: PromiseWithResolvers<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(
    readonly apply: boolean,
    readonly refresh: boolean,
    readonly received: ReadonlySet<string>,
    readonly show: ((change: Change) => void) | undefined,
  ) {}

  /** Made on demand: most checks are over before they could ask for it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.abortReason !== undefined) this.#controller.abort(reasonError(this.abortReason));
    }
    return this.#controller.signal;
  }

  /** Resolves once the call has come back. */
  get whenReturned(): Promise<void> {
    this.#whenReturned ??= Promise.withResolvers();
    if (this.returned) this.#whenReturned.resolve();
    return this.#whenReturned.promise;
  }

  /**
   * @param timeout milliseconds; 0 for none
   * @param done told of the outcome, synchronously if the check is synchronous
   * @param late told of what came after a timeout
   */
  start(
    work: Work,
    timeout: number,
    clock: Clock,
    done: (outcome: Outcome) => void,
    late: (outcome: Outcome) => void,
  ): void {
    let result: boolean | Promise<boolean>;
    try {
      result = work.checkApply(this);
    } catch (error) {
      this.returned = true;
      done({ error });
      return;
    }
    if (typeof result === "boolean") {
      this.returned = true;
      done({ ok: result });
      return;
    }
    this.startedAt ??= clock.now();
    let over = false;
    const back = (outcome: Outcome): void => {
      this.returned = true;
      this.#whenReturned?.resolve();
      this.#cancelTimer?.();
      if (over) late(outcome);
      else done(outcome);
    };
    result.then(
      (ok) => back({ ok }),
      (error: unknown) => back({ error }),
    );
    if (timeout > 0) {
      this.#cancelTimer = clock.after(timeout, () => {
        over = true;
        this.abort("timeout");
        done({ error: new ResourceError(`timed out after ${timeout} ms (Meta:timeout)`) });
      });
    }
  }

  abort(reason: AbortReason): void {
    if (this.abortReason !== undefined || this.returned) return;
    this.abortReason = reason;
    this.#controller?.abort(reasonError(reason));
  }
}

function reasonError(reason: AbortReason): DOMException {
  return reason === "timeout"
    ? new DOMException("the time for the check is over", "TimeoutError")
    : new DOMException(`the check was given up: ${reason}`, "AbortError");
}
