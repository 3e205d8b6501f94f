/**
 * Layouts of times by example: each is a rendering of Monday 2 January 2006 15:04:05 -0700 (functions
 * specification, section 8).
 */
import type { CivilTime } from "./civil-time.ts";

const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS: readonly string[] = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
];

type Render = (time: CivilTime) => string;

/** Fields by the text that stands for them; zones and fractions are patterns of their own. */
const fields: Readonly<Record<string, Render>> = {
  January: (time) => monthName(time),
  Jan: (time) => monthName(time).slice(0, 3),
  Monday: (time) => weekdayName(time),
  Mon: (time) => weekdayName(time).slice(0, 3),
  MST: (time) => time.zone.abbreviation || shortOffset(time.zone.offset),
  "2006": (time) => digits(time.year, 4),
  _2006: (time) => `_${digits(time.year, 4)}`,
  "06": (time) => digits(time.year % 100, 2),
  "01": (time) => digits(time.month, 2),
  "1": (time) => String(time.month),
  "02": (time) => digits(time.day, 2),
  "2": (time) => String(time.day),
  _2: (time) => String(time.day).padStart(2, " "),
  "002": (time) => digits(time.dayOfYear, 3),
  __2: (time) => String(time.dayOfYear).padStart(3, " "),
  "15": (time) => digits(time.hour, 2),
  "03": (time) => digits(halfDayHour(time), 2),
  "3": (time) => String(halfDayHour(time)),
  "04": (time) => digits(time.minute, 2),
  "4": (time) => String(time.minute),
  "05": (time) => digits(time.second, 2),
  "5": (time) => String(time.second),
  PM: (time) => (time.hour >= 12 ? "PM" : "AM"),
  pm: (time) => (time.hour >= 12 ? "pm" : "am"),
};

/** Longest first where one field begins like another. */
const token =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|_2006|__2|_2|[345]|PM|pm|[-Z]07(?:0000|:00:00|00|:00)?|[.,](?:0+|9+)(?!\d)/g;

/** Prepares a layout for use on many times. */
export function compileLayout(layout: string): Render {
  const renders: Render[] = [];
  let from = 0;
  for (const match of layout.matchAll(token)) {
    const literal = layout.slice(from, match.index);
    const render = field(match[0]);
    renders.push((time) => literal + render(time));
    from = match.index + match[0].length;
  }
  const rest = layout.slice(from);
  return (time) => renders.map((render) => render(time)).join("") + rest;
}

function field(text: string): Render {
  const known = fields[text];
  if (known !== undefined) return known;
  if (text.startsWith("-")) return (time) => offset(time.zone.offset, text);
  if (text.startsWith("Z")) return (time) => (time.zone.offset === 0 ? "Z" : offset(time.zone.offset, text));
  // Times are whole seconds: fixed digits of a fraction are zeros, of which there are at most nine, and optional ones
  // are left out.
  const fraction = text.endsWith("0") ? text.slice(0, 1 + 9) : "";
  return () => fraction;
}

/** An offset in the form that follows the first character of `pattern`. */
function offset(seconds: number, pattern: string): string {
  const distance = Math.abs(seconds);
  const parts = [Math.floor(distance / 3600), Math.floor(distance / 60) % 60, distance % 60];
  const shown = parts.slice(0, pattern.match(/\d\d/g)?.length).map((part) => digits(part, 2));
  return (seconds < 0 ? "-" : "+") + shown.join(pattern.includes(":") ? ":" : "");
}

/** What stands for an abbreviation where a zone has none. */
function shortOffset(seconds: number): string {
  return offset(seconds, seconds % 3600 === 0 ? "-07" : "-0700");
}

function monthName(time: CivilTime): string {
  return MONTHS[time.month - 1] ?? "";
}

export function weekdayName(time: CivilTime): string {
  return WEEKDAYS[time.weekday] ?? "";
}

function halfDayHour(time: CivilTime): number {
  return time.hour % 12 === 0 ? 12 : time.hour % 12;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
