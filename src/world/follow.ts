import type { Listener } from "./listener.ts";

/**
 * Tells a listener what `read` gives, as {@link Listener} wants it.
 *
 * @param subscribe calls back at each change, and perhaps at others, until the signal fires
 * @param same which values need not be told one after the other
 */
export function follow<T>(
  read: () => T,
  listener: Listener<T>,
  signal: AbortSignal,
  subscribe: (onChange: () => void) => void,
  same: (a: T, b: T) => boolean = () => false,
): void {
  if (signal.aborted) return;
  let isTold = false;
  let last: { readonly value: T } | undefined;
  const tell = (): void => {
    if (signal.aborted) return;
    isTold = true;
    let value: T;
    try {
      value = read();
    } catch (error) {
      last = undefined;
      listener.onError(error);
      return;
    }
    if (last !== undefined && same(last.value, value)) return;
    last = { value };
    listener.onValue(value);
  };
  let first = tell;
  try {
    subscribe(tell);
  } catch (error) {
    first = () => listener.onError(error);
  }
  queueMicrotask(() => {
    if (!isTold && !signal.aborted) first();
  });
}
