/** Module `datetime`. Times are whole seconds since 1970, shown in the local time zone. */
import type { Close, HostClock } from "../host.ts";
import { arg, FatalError, pure, source, t } from "./define.ts";
import { type CivilTime, civilTime } from "./support/civil-time.ts";
import { compileLayout, weekdayName } from "./support/time-layout.ts";

const module = "datetime";
const time = arg("a", t.int, "seconds since 1970");
const errors = "Fatal: a negative time.";

function localTime(clock: HostClock, seconds: bigint): CivilTime {
  if (seconds < 0n) throw new FatalError(`time must not be negative, got: ${seconds}`);
  return civilTime(seconds, clock.zone(seconds));
}

function localWeekday(clock: HostClock, seconds: bigint): string {
  return weekdayName(localTime(clock, seconds)).toLowerCase();
}

export const now = source({
  module,
  name: "now",
  summary: "The time now, in seconds since 1970, at every full second.",
  args: [],
  returns: t.int,
  examples: { "datetime.now()": null },
  open: ({ host, emit }) => {
    emit(host.clock.now());
    return host.clock.everySecond(() => emit(host.clock.now()));
  },
});

export const strNow = source({
  module,
  name: "str_now",
  summary: "The time now, in seconds since 1970, as decimal text, at every full second.",
  args: [],
  returns: t.str,
  examples: { "datetime.str_now()": null },
  open: ({ host, emit }) => {
    emit(String(host.clock.now()));
    return host.clock.everySecond(() => emit(String(host.clock.now())));
  },
});

export const weekdayFast = source({
  module,
  name: "weekday_fast",
  summary: "The weekday now, in lower case, in the local time zone; changes at midnight.",
  args: [],
  returns: t.str,
  examples: { "datetime.weekday_fast()": null },
  open: ({ host: { clock }, emit }) => {
    let cancel: Close = () => {};
    const look = () => {
      const now = clock.now();
      emit(localWeekday(clock, now));
      cancel();
      cancel = clock.at(nextWeekday(clock, now), look);
    };
    // Midnight moves when the clock is set, or the machine to another time zone.
    const close = clock.onChange(look);
    look();
    return () => {
      close();
      cancel();
    };
  },
});

/** Longer than any day, those included on which clocks are put back. */
const MORE_THAN_A_DAY = 86_400n + 2n * 3600n;

/** The first second of the next weekday. Searched for, because the time zone decides how long a day is. */
function nextWeekday(clock: HostClock, now: bigint): bigint {
  const today = localWeekday(clock, now);
  let before = now;
  let after = now + MORE_THAN_A_DAY;
  while (after - before > 1n) {
    const middle = (before + after) / 2n;
    if (localWeekday(clock, middle) === today) before = middle;
    else after = middle;
  }
  return after;
}

export const print = pure({
  module,
  name: "print",
  summary: "A time in the local time zone, in the form `2006-01-02 15:04:05 -0700 MST`.",
  args: [time],
  returns: t.str,
  errors,
  examples: { "datetime.print(0)": null },
  bind: ({ host }) => {
    const render = compileLayout("2006-01-02 15:04:05 -0700 MST");
    return (seconds) => render(localTime(host.clock, seconds));
  },
});

export const format = pure({
  module,
  name: "format",
  summary:
    "A time in the local time zone, in a layout, which is written as the example Monday 2 January 2006 15:04:05 -0700.",
  args: [time, arg("b", t.str, "layout")],
  returns: t.str,
  notes:
    "Year 2006 06; month January Jan 01 1; day 02 2 _2; day of the year 002 __2; weekday Monday Mon; hour 15, or 03 3 " +
    "with PM pm; minute 04 4; second 05 5; fraction .000 .999; zone MST -0700 -07:00 -07 -070000 -07:00:00, or the " +
    "same with Z, which prints Z for UTC. All else is literal. Names are English.",
  errors,
  examples: {
    'datetime.format(1136214245, "2006")': '"2006"',
    'datetime.format(0, "Jan _2 15:04")': null,
  },
  bind: ({ host }) => {
    let layout = "";
    let render = compileLayout(layout);
    return (seconds, wanted) => {
      if (wanted !== layout) {
        layout = wanted;
        render = compileLayout(layout);
      }
      return render(localTime(host.clock, seconds));
    };
  },
});

export const hour = pure({
  module,
  name: "hour",
  summary: "The hour of a time in the local time zone, 0 to 23.",
  args: [time],
  returns: t.int,
  errors,
  examples: { "datetime.hour(3600)": null },
  bind:
    ({ host }) =>
    (seconds) =>
      BigInt(localTime(host.clock, seconds).hour),
});

export const weekday = pure({
  module,
  name: "weekday",
  summary: "The weekday of a time in the local time zone, in lower case.",
  args: [time],
  returns: t.str,
  errors,
  examples: { "datetime.weekday(1136214245)": '"monday"' },
  bind:
    ({ host }) =>
    (seconds) =>
      localWeekday(host.clock, seconds),
});
