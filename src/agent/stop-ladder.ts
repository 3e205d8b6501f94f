/**
 * How an agent is ended by signals (engine specification, 2.10): the first asks for an orderly stop, the second aborts
 * what runs, the third makes it let go. A service manager signals once, so unless the first was ^C the further rungs
 * are climbed by themselves.
 */
const secondsBetweenRungs = 15;

/**
 * @param rungs what each signal does; signals after the last do nothing
 * @returns ends it
 */
export function climbOnSignals(rungs: readonly (() => void)[]): () => void {
  let next = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const climb = (): void => rungs[next++]?.();
  const onInterrupt = (): void => climb();
  const onTerminate = (): void => {
    if (next === 0) timer = setInterval(climb, secondsBetweenRungs * 1000);
    climb();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return () => {
    clearInterval(timer);
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  };
}
