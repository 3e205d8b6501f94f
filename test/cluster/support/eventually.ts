/** What says: not yet. */
type NotYet = false | undefined;

export interface Patience {
  /** In ms; 20 s if not given: however busy the machine is, what has not happened by then is not going to. */
  readonly within?: number;
  /** What is waited for, for the message when it never comes. */
  readonly what: string;
  /** Added to that message. */
  readonly explain?: () => string;
}

/** Between two looks, in ms: little at first. */
const pollMs = { first: 1, most: 20 };

/**
 * Waits for something to become so. A condition that throws is not so yet.
 * @returns what the condition says at last
 * @throws Error once the time is over, with what the condition threw last
 */
export async function eventually<T>(
  condition: () => T | NotYet | Promise<T | NotYet>,
  { within = 20_000, what, explain }: Patience,
): Promise<T> {
  const begin = performance.now();
  let last: unknown;
  let pause = pollMs.first;
  for (;;) {
    const left = begin + within - performance.now();
    if (left <= 0) throw new Error(failure(what, within, last, explain?.()));
    try {
      const found = await before(left, condition());
      if (found === late) last ??= "no answer";
      else if (found !== false && found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await Bun.sleep(pause);
    pause = Math.min(pollMs.most, pause * 2);
  }
}

/** Instead of what was waited for. */
export const late = Symbol("late");

/** Waits for something for so many ms. */
export async function before<T>(ms: number, awaited: T | Promise<T>): Promise<T | typeof late> {
  const { promise, resolve } = Promise.withResolvers<typeof late>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([awaited, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function failure(what: string, within: number, last: unknown, explanation: string | undefined): string {
  const found = last instanceof Error ? last.message : last;
  return [
    `not within ${within} ms: ${what}`,
    ...(found === undefined ? [] : [`at last: ${found}`]),
    ...(explanation === undefined ? [] : [explanation]),
  ].join("\n");
}
