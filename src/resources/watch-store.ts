import type { Watch } from "../engine/resource.ts";
import type { Listener } from "../world/listener.ts";
import { isPassing } from "../world/passing.ts";

/**
 * Watches something that the world keeps: every change of it is an event, and an error ends the watch. A store that cannot be reached
 * is waited for: it tells what there is when it is back.
 * @param follow starts to follow it
 */
export async function watchStore(
  { ready, changed, signal }: Watch,
  follow: (listener: Listener<unknown>, signal: AbortSignal) => void,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const broken = new AbortController();
  let isReady = false;
  const end = (): void => ended.resolve();
  signal.addEventListener("abort", end, { once: true });
  follow(
    {
      onValue() {
        if (isReady) return changed();
        isReady = true;
        ready();
      },
      onError: (error) => {
        if (!isPassing(error)) ended.reject(error);
      },
    },
    AbortSignal.any([signal, broken.signal]),
  );
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener("abort", end);
    broken.abort();
  }
}
