import { watch } from "node:fs";

/** However busy the machine is, what has not happened by then is not going to. */
const patienceMs = 20_000;
/** The kernel tells nothing of what is not in the directory itself. */
const recheckMs = 25;

/**
 * Waits for something to become so, looking again whenever anything in the directory changes.
 * @param what for the message when it never does
 */
export async function until(
  directory: string,
  what: string,
  isSo: () => boolean,
  explain: () => string = () => "",
): Promise<void> {
  if (attempt(isSo)) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (attempt(isSo)) resolve();
  };
  const watcher = watch(directory, look);
  const again = setInterval(look, recheckMs);
  const giveUp = setTimeout(() => reject(new Error(`never came to be: ${what}\n${explain()}`)), patienceMs);
  try {
    look();
    await promise;
  } finally {
    watcher.close();
    clearInterval(again);
    clearTimeout(giveUp);
  }
}

/** Files vanish while they are looked at; that is just not yet. */
function attempt(isSo: () => boolean): boolean {
  try {
    return isSo();
  } catch {
    return false;
  }
}
