import { inMegabytes } from "./facts.ts";

/** Between two changes of the line, in ms. */
const period = 200;

/** A line on a terminal that tells how far something is; undefined where standard error is none. */
export function progressLine(
  verb: string,
): { show(done: number, total: number): void; end(): void } | undefined {
  const { stderr } = process;
  if (!stderr.isTTY) return undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(done, total) {
      if (performance.now() - shownAt < period) return;
      shownAt = performance.now();
      isShown = true;
      stderr.write(`\r\x1b[K${verb} ${inMegabytes(done)} of ${inMegabytes(total)}`);
    },
    end() {
      if (isShown) stderr.write("\r\x1b[K");
      isShown = false;
    },
  };
}
