/** The shape of the benchmark table: a measured figure beside a floor measured in the same run. */

export interface Row {
  readonly measure: string;
  /** What the floor is, and what it measured. */
  readonly floor: string;
  readonly measured: string;
  readonly bar: string;
  readonly holds: boolean;
}

/** One benchmark; makes one row or several that share a set-up. */
export type Bench = () => Promise<readonly Row[]>;

/** The value below which the given share (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Milliseconds for people. */
export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`;
}

/** A row whose bar is a multiple of its floor. */
export function ratioRow(
  measure: string,
  floorName: string,
  floor: number,
  measured: number,
  limit: number,
): Row {
  return {
    measure,
    floor: `${floorName}: ${ms(floor)}`,
    measured: `${ms(measured)} (${(measured / floor).toFixed(2)}x)`,
    bar: `within ${limit}x`,
    holds: measured <= floor * limit,
  };
}
