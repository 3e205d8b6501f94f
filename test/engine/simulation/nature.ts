/** How a simulated resource behaves. Equal natures are equal resources. */
import type { Meta } from "../../../lang/meta.ts";
import type { Chance } from "./chance.ts";

export interface Nature {
  readonly name: string;
  /** Differs between all natures of a name. */
  readonly version: number;
  /** What it makes of its thing. */
  readonly wants: string;
  readonly meta: Partial<Meta>;
  readonly refreshable: boolean;
  /**
   * When a check is over: at once; when it has its turn; after so many milliseconds. `early` says that the thing is
   * changed at the start, and only the answer comes later.
   */
  readonly check: { readonly takes: "nothing" | "a turn" | number; readonly early: boolean };
  /** Whether a check ends when it is told to give up. */
  readonly givesUp: boolean;
  readonly open: "at once" | "a turn";
  readonly watch: "none" | "at once" | "late";
  /** Whether its watch takes its time to end. */
  readonly lingers: boolean;
  readonly cleanup: "at once" | "a turn" | "fails";
  readonly grouped: boolean;
  /** Whether what undoes it takes its time to be found out. */
  readonly slowReversal: boolean;
}

/** How two resources differ is of no interest beyond this. */
export function isSameNature(a: Nature, b: Nature): boolean {
  return a.name === b.name && a.version === b.version;
}

/** Nothing about it is out of the ordinary. */
export function plainNature(name: string, version: number, wants: string): Nature {
  return {
    name,
    version,
    wants,
    meta: {},
    refreshable: false,
    check: { takes: "nothing", early: false },
    givesUp: true,
    open: "at once",
    watch: "at once",
    lingers: false,
    cleanup: "at once",
    grouped: false,
    slowReversal: false,
  };
}

type Duration = Nature["check"]["takes"];

const durations: readonly (readonly [weight: number, duration: Duration])[] = [
  [5, "nothing"],
  [8, "a turn"],
  [3, 30],
  [1, 20_000],
];

/** @param odd how many out of a hundred have each of the rarer traits; simple worlds find simple defects sooner */
export function randomNature(chance: Chance, name: string, version: number, odd: number): Nature {
  const rarely = (): boolean => chance.percent(odd);
  const meta: { -readonly [Name in keyof Meta]?: Meta[Name] } = {};
  meta.retry = chance.pick([0, 0, 1, 2, -1]) ?? 0;
  if (meta.retry === -1 || rarely()) meta.delay = chance.pick([10, 500, 2000]) ?? 10;
  // A check that always takes too long would be tried for ever.
  if (meta.retry >= 0 && rarely()) meta.timeout = 50;
  if (rarely()) meta.noop = true;
  if (rarely()) meta.hidden = true;
  if (rarely()) Object.assign(meta, { limit: chance.pick([0.5, 4]) ?? 1, burst: 1 });
  // Polls that come faster than the limit allows never end.
  if (meta.limit === undefined && rarely()) meta.poll = chance.pick([-1, 1]) ?? 1;
  if (rarely()) meta.sema = chance.pick([["s"], ["s", "t:2"], ["t:2"]]) ?? [];
  if (rarely()) meta.rewatch = true;
  if (rarely()) meta.reset = true;
  if (rarely()) meta.retryreset = true;
  if (rarely()) meta.realize = true;
  if (rarely()) meta.export = chance.pick([["*"], ["h2", "h3"]]) ?? [];
  if (rarely()) meta.reverse = true;
  return {
    name,
    version,
    wants: `${name}-${chance.below(3)}`,
    meta,
    refreshable: chance.percent(60),
    check: {
      // Polls that come faster than the check is over never end either.
      takes: meta.poll === 1 ? "nothing" : (chance.weighted(durations) ?? "nothing"),
      early: chance.percent(30),
    },
    givesUp: !rarely(),
    open: rarely() ? "a turn" : "at once",
    watch: rarely() ? "late" : rarely() ? "none" : "at once",
    lingers: rarely(),
    cleanup: rarely() ? "a turn" : rarely() ? "fails" : "at once",
    grouped: rarely(),
    slowReversal: rarely(),
  };
}
