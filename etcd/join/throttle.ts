/** In ms. */
const minute = 60_000;

/** Wrong secrets of one address in a minute. None can be guessed; this keeps the store in peace. */
const perMinute = 10;

/** Holds back whoever has tried too often, by counting what went wrong. Nobody is held back by what others do. */
export class Throttle {
  readonly #clock: () => number;
  readonly #counts = new Map<string, number>();
  #begin = Number.NEGATIVE_INFINITY;

  /** @param clock in ms, from wherever */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  isTooMany(address: string): boolean {
    this.#forget();
    return (this.#counts.get(address) ?? 0) >= perMinute;
  }

  count(address: string): void {
    this.#forget();
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  #forget(): void {
    const now = this.#clock();
    if (now - this.#begin < minute) return;
    this.#begin = now;
    this.#counts.clear();
  }
}
