import { type Clock, systemClock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { sweepInterval, sweepState } from "../engine/sweep-state.ts";
import { vardirName } from "../engine/vardir.ts";
import type { Log } from "../os/log.ts";

/**
 * Tidies up after resources that are gone: once the first graph has settled, and daily from then on.
 * @returns ends it
 */
export function sweepDaily(engine: Engine, prefix: string, log: Log, clock: Clock = systemClock): () => void {
  let cancel = (): void => {};
  let hasGraph = false;
  const used = (): ReadonlySet<string> =>
    new Set(
      engine
        .status()
        .flatMap((each) => [each, ...each.group])
        .map(({ kind, name }) => vardirName(kind, name)),
    );
  const sweep = (): void => {
    sweepState({ prefix, used, log, now: Date.now() });
    cancel = clock.after(sweepInterval, sweep);
  };
  const unobserve = engine.observe({
    swapped() {
      hasGraph = true;
    },
    settled() {
      if (!hasGraph) return;
      unobserve();
      sweep();
    },
  });
  return () => {
    unobserve();
    cancel();
  };
}
