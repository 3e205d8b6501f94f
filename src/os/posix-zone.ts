import type { LocalZone } from "../../lang/host.ts";

const NAME = "([A-Za-z]{3,}|<[^>]+>)";
const TIME = "([+-]?\\d{1,3}(?::\\d{2}){0,2})";
const DAY = "(J\\d+|\\d+|M\\d+\\.\\d+\\.\\d+)";
const pattern = new RegExp(
  `^${NAME}${TIME}(?:${NAME}${TIME}?(?:,${DAY}(?:/${TIME})?,${DAY}(?:/${TIME})?)?)?$`,
);

/** After 400 years dates and weekdays repeat. */
const SECONDS_PER_CYCLE = 146097n * 86400n;
const SECONDS_PER_DAY = 86400;
const MILLISECONDS_PER_DAY = 86_400_000;

/** When a change happens: seconds from the start of a year, in local time. */
type YearlyMoment = (year: number) => number;

/** A rule such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX, with the extensions of RFC 8536). */
export class PosixZone {
  readonly #standard: LocalZone;
  readonly #summer:
    | { readonly state: LocalZone; readonly start: YearlyMoment; readonly end: YearlyMoment }
    | undefined;

  /** @throws Error for a text that is no such rule */
  constructor(rule: string) {
    const match = pattern.exec(rule);
    if (match === null) throw new Error(`not a time zone rule: ${rule}`);
    const [, name, west, summerName, summerWest, startDay, startTime, endDay, endTime] = match;
    this.#standard = { abbreviation: bare(name), offset: eastOf(west ?? "0") };
    if (summerName === undefined) return;
    this.#summer = {
      state: {
        abbreviation: bare(summerName),
        offset: summerWest === undefined ? this.#standard.offset + 3600 : eastOf(summerWest),
      },
      start: yearlyMoment(startDay ?? "M3.2.0", startTime),
      end: yearlyMoment(endDay ?? "M11.1.0", endTime),
    };
  }

  /** @param moment seconds since 1970, not before */
  at(moment: bigint): LocalZone {
    if (this.#summer === undefined) return this.#standard;
    const { state, start, end } = this.#summer;
    const time = Number(moment % SECONDS_PER_CYCLE);
    const year = new Date((time + this.#standard.offset) * 1000).getUTCFullYear();
    const newYear = (Date.UTC(year, 0, 1) / MILLISECONDS_PER_DAY) * SECONDS_PER_DAY;
    const begins = newYear + start(year) - this.#standard.offset;
    const ends = newYear + end(year) - state.offset;
    const isSummer = begins < ends ? begins <= time && time < ends : begins <= time || time < ends;
    return isSummer ? state : this.#standard;
  }
}

function bare(name = ""): string {
  return name.replace(/^<|>$/g, "");
}

/** Rules count offsets to the west. */
function eastOf(west: string): number {
  return 0 - seconds(west);
}

/** Of `[+-]hh[:mm[:ss]]`. */
function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const distance = hours * 3600 + minutes * 60 + rest;
  return text.startsWith("-") ? -distance : distance;
}

function yearlyMoment(day: string, time = "02:00:00"): YearlyMoment {
  const clock = seconds(time);
  return (year) => dayOfYear(day, year) * SECONDS_PER_DAY + clock;
}

/** Days since the first of January. */
function dayOfYear(day: string, year: number): number {
  const [first = 0, week = 0, weekday = 0] = day.replace(/^[JM]/, "").split(".").map(Number);
  if (day.startsWith("M")) return weekdayOfMonth(year, first, week, weekday);
  if (!day.startsWith("J")) return first;
  // Julian days do not count the 29th of February.
  return first >= 60 && daysBefore(year, 3) === 60 ? first : first - 1;
}

/** The `week`th such weekday of a month; 5 is the last one. */
function weekdayOfMonth(year: number, month: number, week: number, weekday: number): number {
  const monthStart = daysBefore(year, month);
  const monthLength = daysBefore(year, month + 1) - monthStart;
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const first = (weekday - firstWeekday + 7) % 7;
  const day = first + 7 * (week - 1);
  return monthStart + (day < monthLength ? day : day - 7);
}

function daysBefore(year: number, month: number): number {
  return (Date.UTC(year, month - 1, 1) - Date.UTC(year, 0, 1)) / MILLISECONDS_PER_DAY;
}
