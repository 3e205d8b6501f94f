import { EtcdError } from "../../etcd/client/error.ts";
import { ResourceError, type Watch } from "../engine/resource.ts";
import type { Listener } from "../world/listener.ts";

/** How long a store of the world may take to answer, in seconds (resources-system 3.11). */
const limit = 5;

/** In ms: before an event tells of what could not be done, at first and after many failures. */
const firstPause = 5_000;
const longestPause = 60_000;

/** The store has not answered in time. */
class LateError extends ResourceError {}

/**
 * How one resource uses a store that hosts share, which may be out of reach for a while. That fails its checks, as any
 * error does; but there is an event when the store is back, so that it does not remain so.
 */
export class StoreUse {
  #changed: (() => void) | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Watches something that the store keeps: every change of it is an event. An error that does not pass ends the watch.
   * @param follow starts to follow it
   */
  async watch(
    { ready, changed, signal }: Watch,
    follow: (listener: Listener<unknown>, signal: AbortSignal) => void,
  ): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const broken = new AbortController();
    let isReady = false;
    const event = (): void => {
      if (isReady) changed();
      else ready();
      isReady = true;
    };
    const end = (): void => ended.resolve();
    signal.addEventListener("abort", end, { once: true });
    this.#changed = changed;
    follow(
      {
        onValue: event,
        // What may pass is for the check to say; something is told when it has.
        onError: (error) => (isPassing(error) ? event() : ended.reject(error)),
      },
      AbortSignal.any([signal, broken.signal]),
    );
    try {
      await ended.promise;
    } finally {
      signal.removeEventListener("abort", end);
      broken.abort();
      if (this.#changed === changed) this.#changed = undefined;
      clearTimeout(this.#timer);
    }
  }

  /**
   * The answer of the store.
   * @throws ResourceError if it does not come in time, or the signal fires; what the store throws
   */
  async answer<T>(asked: Promise<T>, signal: AbortSignal, seconds = limit): Promise<T> {
    try {
      const answer = await within(asked, signal, seconds);
      this.#failures = 0;
      clearTimeout(this.#timer);
      return answer;
    } catch (error) {
      if (isPassing(error)) this.#lookAgain();
      throw error;
    }
  }

  /** What is followed may have been in reach all the time, and then nobody would tell. */
  #lookAgain(): void {
    clearTimeout(this.#timer);
    if (this.#changed === undefined) return;
    const pause = Math.min(firstPause * 2 ** this.#failures++, longestPause);
    this.#timer = setTimeout(() => this.#changed?.(), pause);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof LateError || (error instanceof EtcdError && error.isTransient);
}

async function within<T>(asked: Promise<T>, signal: AbortSignal, seconds: number): Promise<T> {
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(new ResourceError("gave up waiting for the shared store"));
  const timer = setTimeout(() => {
    given.reject(new LateError(`the shared store has not answered within ${seconds} s`));
  }, seconds * 1000);
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([asked, given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}
