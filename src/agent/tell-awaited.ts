import { place, type Span } from "../../lang/diagnostic.ts";
import { type Clock, systemClock } from "../engine/clock.ts";
import type { Log } from "../os/log.ts";
import type { Reports } from "./program.ts";

const longestExcerpt = 60;

/**
 * Says in the log which functions a program waits for, when it does so for long: it has no new graph before all of
 * them have a value (dataflow specification, 2.4 and 9).
 * @param interval milliseconds between two looks; what is awaited at both is told, once
 * @returns what ends it
 */
export function tellAwaited(
  program: Pick<Reports, "awaited">,
  log: Log,
  { interval = 10_000, clock = systemClock }: { readonly interval?: number; readonly clock?: Clock } = {},
): () => void {
  let before = new Set<Span>();
  let told = "";
  const look = (): void => {
    const now = program.awaited;
    const message = now
      .filter((span) => before.has(span))
      .map((span) => `\`${excerpt(span)}\` at ${place(span)}`)
      .join(", ");
    if (message !== "" && message !== told) log("warn", "lang", `waiting for the value of ${message}`);
    told = message;
    before = new Set(now);
    cancel = clock.after(interval, look);
  };
  let cancel = clock.after(interval, look);
  return () => cancel();
}

function excerpt({ source, start, end }: Span): string {
  const text = source.text.slice(start, end).replaceAll(/\s+/g, " ");
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}
