const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Work that is told of ^C by its signal and cleans up, before what was received ends this process, as it would have at
 * once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    received ??= name;
    stop.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const name of signals) process.off(name, onSignal);
    if (received !== undefined) process.kill(process.pid, received);
  }
}
