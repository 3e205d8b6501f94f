/** Does something that ends in order when the user or the system says so. @throws Error if that happened */
export async function whileNotInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ends = new AbortController();
  const end = (): void => ends.abort(new Error("interrupted; nothing was changed"));
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return await work(ends.signal);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}
