import { describe, expect, test } from "bun:test";
import { hostIn, outcome } from "./call.ts";

const REFERENCE = 1136239445n; // 2 January 2006, 22:04:05 UTC

describe("format in UTC", () => {
  const rows: [bigint, string, string][] = [
    [0n, "2006-01-02T15:04:05Z07:00", "1970-01-01T00:00:00Z"],
    [0n, "Jan _2", "Jan  1"],
    [REFERENCE, "Monday, January 2 2006", "Monday, January 2 2006"],
    [REFERENCE, "Mon Jan 2 06", "Mon Jan 2 06"],
    [REFERENCE, "Month Janet", "Month Janet"],
    [REFERENCE, "MonX JanX", "MonX JanX"],
    [REFERENCE, "15 03 3 04 4 05 5", "22 10 10 04 4 05 5"],
    [REFERENCE, "3PM 3pm", "10PM 10pm"],
    [0n, "3PM 03pm", "12AM 12am"],
    [43200n, "3PM", "12PM"],
    [REFERENCE, "002 __2 _2 _2006 02", "002   2  2 _2006 02"],
    [REFERENCE, ".000 ,00 .999 .0009 .0x", ".000 ,00  .0009 .0x"],
    [REFERENCE, "05.0000000000 05,99999999999", "05.000000000 05"],
    [REFERENCE, "MST -0700 -07:00 -07 -070000 -07:00:00", "UTC +0000 +00:00 +00 +000000 +00:00:00"],
    [REFERENCE, "Z0700 Z07:00 Z07 Z070000 Z07:00:00", "Z Z Z Z Z"],
    [REFERENCE, "%Y plain", "%Y plain"],
    [REFERENCE, "20060102150405", "20060102220405"],
    [951782400n, "2006-01-02 __2", "2000-02-29  60"],
    [1609372800n, "2006-01-02 002", "2020-12-31 366"],
    [4107542400n, "2006-01-02 Mon", "2100-03-01 Mon"],
    [253402300800n, "2006-01-02", "10000-01-01"],
    [-1n, "2006", "FatalError: time must not be negative, got: -1"],
  ];
  test.each(rows)("%d as %s", (time, layout, expected) => {
    const shown = outcome("datetime.format", [time, layout]);
    expect(shown).toBe(expected.startsWith("FatalError") ? expected : JSON.stringify(expected));
  });
});

describe("local time zones", () => {
  const summer = 1719792000n; // 1 July 2024, 00:00:00 UTC
  const winter = 1704067200n; // 1 January 2024, 00:00:00 UTC
  const rows: [string, bigint, string][] = [
    ["UTC", summer, "2024-07-01 00:00:00 +0000 UTC"],
    ["", summer, "2024-07-01 00:00:00 +0000 UTC"],
    ["No/Such_Zone", summer, "2024-07-01 00:00:00 +0000 UTC"],
    ["../../../etc/localtime", summer, "2024-07-01 00:00:00 +0000 UTC"],
    ["Europe/Berlin", summer, "2024-07-01 02:00:00 +0200 CEST"],
    [":Europe/Berlin", winter, "2024-01-01 01:00:00 +0100 CET"],
    ["/usr/share/zoneinfo/Europe/Berlin", winter, "2024-01-01 01:00:00 +0100 CET"],
    ["Europe/Berlin", 1711846799n, "2024-03-31 01:59:59 +0100 CET"],
    ["Europe/Berlin", 1711846800n, "2024-03-31 03:00:00 +0200 CEST"],
    ["Europe/Berlin", 0n, "1970-01-01 01:00:00 +0100 CET"],
    ["America/New_York", summer, "2024-06-30 20:00:00 -0400 EDT"],
    ["America/New_York", winter, "2023-12-31 19:00:00 -0500 EST"],
    ["Asia/Kolkata", summer, "2024-07-01 05:30:00 +0530 IST"],
    ["Asia/Kathmandu", summer, "2024-07-01 05:45:00 +0545 +0545"],
    ["America/Sao_Paulo", summer, "2024-06-30 21:00:00 -0300 -03"],
    ["Australia/Lord_Howe", winter, "2024-01-01 11:00:00 +1100 +11"],
    ["Africa/Monrovia", 0n, "1969-12-31 23:15:30 -0044 MMT"],
    ["Europe/Dublin", summer, "2024-07-01 01:00:00 +0100 IST"],
    // After the last transition that the database lists, by the rule at its end.
    ["Europe/Berlin", 4118083200n, "2100-07-01 02:00:00 +0200 CEST"],
    ["Europe/Berlin", 4102444800n, "2100-01-01 01:00:00 +0100 CET"],
    ["America/New_York", 4108690799n, "2100-03-14 01:59:59 -0500 EST"],
    ["America/New_York", 4108690800n, "2100-03-14 03:00:00 -0400 EDT"],
    ["Australia/Sydney", 4102444800n, "2100-01-01 11:00:00 +1100 AEDT"],
    ["Australia/Sydney", 4118083200n, "2100-07-01 10:00:00 +1000 AEST"],
    ["Europe/Dublin", 4118083200n, "2100-07-01 01:00:00 +0100 IST"],
  ];
  test.each(rows)("%s at %d", (zone, time, expected) => {
    expect(outcome("datetime.print", [time], { host: hostIn(zone) })).toBe(JSON.stringify(expected));
  });

  test("offsets in all forms", () => {
    const layout = "-0700 -07:00 -07 -070000 -07:00:00 Z0700 Z07:00 Z07";
    expect(outcome("datetime.format", [REFERENCE, layout], { host: hostIn("Asia/Kolkata") })).toBe(
      '"+0530 +05:30 +05 +053000 +05:30:00 +0530 +05:30 +05"',
    );
    expect(outcome("datetime.format", [0n, "-070000 -07:00:00"], { host: hostIn("Africa/Monrovia") })).toBe(
      '"-004430 -00:44:30"',
    );
  });

  test("a zone without an abbreviation shows its offset", () => {
    const host = hostIn("UTC");
    const nameless = (offset: number) => ({
      ...host,
      clock: { ...host.clock, zone: () => ({ offset, abbreviation: "" }) },
    });
    expect(outcome("datetime.format", [0n, "MST"], { host: nameless(-10800) })).toBe('"-03"');
    expect(outcome("datetime.format", [0n, "MST"], { host: nameless(-12600) })).toBe('"-0330"');
  });

  test("hour and weekday are local", () => {
    const host = hostIn("Asia/Tokyo");
    expect(outcome("datetime.hour", [3600n], { host })).toBe("10");
    expect(outcome("datetime.weekday", [0n], { host })).toBe('"thursday"');
    expect(outcome("datetime.weekday", [61200n], { host })).toBe('"friday"');
    expect(outcome("datetime.hour", [-1n], { host })).toBe("FatalError: time must not be negative, got: -1");
  });
});
