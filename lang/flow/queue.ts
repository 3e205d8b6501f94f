/** First in, first out; taking is cheap however long it grows. */
export class Queue<T> {
  readonly #items: T[] = [];
  #next = 0;

  get length(): number {
    return this.#items.length - this.#next;
  }

  put(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) return undefined;
    this.#next++;
    if (this.#next === this.#items.length) this.clear();
    else if (this.#next >= 1024 && this.#next * 2 >= this.#items.length) this.#dropTaken();
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#next = 0;
  }

  /** For a queue that is never quite empty. */
  #dropTaken(): void {
    this.#items.splice(0, this.#next);
    this.#next = 0;
  }
}
