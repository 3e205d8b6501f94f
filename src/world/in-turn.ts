/** Does one work after the other, in the order in which they are given, whether or not they fail. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** The same for each key, independent of others. What has nothing to wait for starts at once. */
export function inTurnByKey(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const done = last.get(key)?.then(work) ?? work();
    const forget = (): void => {
      if (last.get(key) === over) last.delete(key);
    };
    const over: Promise<void> = done.then(forget, forget);
    last.set(key, over);
    return done;
  };
}
