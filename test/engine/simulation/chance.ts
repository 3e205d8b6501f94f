import { type Random, random } from "../../lang/format/random.ts";

/** Everything that is left to chance, the same for the same seed. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = random(seed);
  }

  below(limit: number): number {
    return this.#random(limit);
  }

  /** True in so many cases of a hundred. */
  percent(percentage: number): boolean {
    return this.#random(100) < percentage;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.#random(list.length)];
  }

  /** One of several, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T | undefined {
    let sum = 0;
    for (const [weight] of choices) sum += weight;
    let left = this.#random(sum);
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return undefined;
  }
}
