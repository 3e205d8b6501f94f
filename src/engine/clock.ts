/** Time as the engine sees it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds; never jumps, has no meaning outside this process. */
  now(): number;
  /** Calls back once, `milliseconds` from now. @returns what calls it off */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Timers of the runtime take no more than 31 bits, and fire at once when given more. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    let timer: ReturnType<typeof setTimeout>;
    const start = (remaining: number): void => {
      const step = Math.min(remaining, longestTimer);
      timer = setTimeout(() => (remaining > step ? start(remaining - step) : callback()), step);
    };
    start(milliseconds);
    return () => clearTimeout(timer);
  },
};
