import type { Close } from "../../lang/host.ts";

/** Starts something that ends with the host, or earlier, by what is returned. */
export function within(signal: AbortSignal, start: (ends: AbortSignal) => void): Close {
  if (signal.aborted) return () => {};
  const controller = new AbortController();
  const close = () => {
    signal.removeEventListener("abort", close);
    controller.abort();
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    start(controller.signal);
  } catch (error) {
    close();
    throw error;
  }
  return close;
}
