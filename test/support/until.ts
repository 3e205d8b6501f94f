/** However busy the machine is, what has not happened by then is not going to. */
const patience = 30_000;

/**
 * Waits until something is so, looking again and again. What is thrown counts as not yet.
 * @param what for the message when it never is
 */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      if (await isSo()) return;
    } catch {
      // Not yet.
    }
    if (performance.now() > deadline) throw new Error(`never came to be: ${what}`);
    await Bun.sleep(5);
  }
}
