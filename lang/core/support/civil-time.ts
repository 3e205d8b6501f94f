/** A moment taken apart into calendar and clock, in a given time zone. */
import type { LocalZone } from "../../host.ts";

export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: LocalZone;
}

const SECONDS_PER_DAY = 86400n;

/** @param seconds since 1970, not negative */
export function civilTime(seconds: bigint, zone: LocalZone): CivilTime {
  const local = seconds + BigInt(zone.offset);
  const secondOfDay = Number(((local % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY);
  const days = Number((local - BigInt(secondOfDay)) / SECONDS_PER_DAY);
  const date = civilDate(days);
  return {
    ...date,
    dayOfYear: days - daysBeforeYear(date.year) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(secondOfDay / 3600),
    minute: Math.floor(secondOfDay / 60) % 60,
    second: secondOfDay % 60,
    zone,
  };
}

/** The Gregorian date of a day since 1970; years are counted from March, so that leap days come last. */
function civilDate(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const sinceEra = days + 719468;
  const era = Math.floor(sinceEra / 146097);
  const dayOfEra = sinceEra - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfMarchYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfMarchYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfMarchYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** Days from 1970 to the first day of a year. */
function daysBeforeYear(year: number): number {
  const past = year - 1;
  return 365 * (year - 1970) + leapYears(past) - leapYears(1969);
}

function leapYears(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}
