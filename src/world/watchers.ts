/** Who wants to know that what is kept in this process under a key has changed. */
export class Watchers {
  readonly #byKey = new Map<string, Set<() => void>>();

  /** Calls back at each change until the signal fires. */
  add(key: string, onChange: () => void, signal: AbortSignal): void {
    const watchers = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, watchers.add(onChange));
    const forget = (): void => {
      watchers.delete(onChange);
      if (watchers.size === 0 && this.#byKey.get(key) === watchers) this.#byKey.delete(key);
    };
    signal.addEventListener("abort", forget, { once: true });
  }

  tell(key: string): void {
    for (const onChange of [...(this.#byKey.get(key) ?? [])]) onChange();
  }
}
