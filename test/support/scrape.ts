/** What Prometheus would read, taken apart. */
export class Scrape {
  /** By series: name and labels as they stand there. */
  readonly #values = new Map<string, number>();
  /** Names of all metrics, those without a series among them. */
  readonly names: readonly string[];

  constructor(text: string) {
    const lines = text.split("\n");
    this.names = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    for (const line of lines) {
      const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (series !== undefined) this.#values.set(series, Number(value));
    }
  }

  /** @throws Error if there is no such series */
  value(series: string): number {
    const value = this.#values.get(series);
    if (value === undefined)
      throw new Error(`there is no ${series} among ${[...this.#values.keys()].join("\n")}`);
    return value;
  }

  /** The series of a metric that are not 0. */
  nonzero(name: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#values].filter(([series, value]) => series.split("{")[0] === name && value !== 0),
    );
  }
}
