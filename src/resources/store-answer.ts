import { ResourceError } from "../engine/resource.ts";

/** The store may answer the next time. */
class StoreSilence extends ResourceError {
  readonly isTransient = true;
}

/** How long a store of the world may take to answer, in seconds (resources-system 3.11). */
const limit = 5;

/**
 * The answer of a store that hosts share, which may be far away.
 * @throws ResourceError if it does not come in time, or the signal fires; what the store throws
 */
export async function storeAnswer<T>(asked: Promise<T>, signal: AbortSignal, seconds = limit): Promise<T> {
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(new ResourceError("gave up waiting for the shared store"));
  const timer = setTimeout(() => {
    given.reject(new StoreSilence(`the shared store has not answered within ${seconds} s`));
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
