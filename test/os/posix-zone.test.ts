import { describe, expect, test } from "bun:test";
import { PosixZone } from "../../src/os/posix-zone.ts";

const at = (date: string) => BigInt(Date.parse(date) / 1000);

describe("rules", () => {
  const rows: [rule: string, date: string, abbreviation: string, offset: number][] = [
    ["UTC0", "2024-07-01T00:00:00Z", "UTC", 0],
    ["<+0330>-3:30", "2024-07-01T00:00:00Z", "+0330", 12600],
    ["<-03>3", "2024-07-01T00:00:00Z", "-03", -10800],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T00:59:59Z", "CET", 3600],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T01:00:00Z", "CEST", 7200],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27T00:59:59Z", "CEST", 7200],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2024-10-27T01:00:00Z", "CET", 3600],
    // The fifth Sunday of a month that has four.
    ["CET-1CEST,M2.5.0,M10.5.0/3", "2023-02-26T01:00:00Z", "CEST", 7200],
    ["EST5EDT", "2024-03-10T06:59:59Z", "EST", -18000],
    ["EST5EDT", "2024-03-10T07:00:00Z", "EDT", -14400],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-01-01T00:00:00Z", "AEDT", 39600],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-07-01T00:00:00Z", "AEST", 36000],
    ["<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2024-01-01T00:00:00Z", "+11", 39600],
    // Winter time as the exception, an hour behind.
    ["IST-1GMT0,M10.5.0,M3.5.0/1", "2024-01-01T00:00:00Z", "GMT", 0],
    ["IST-1GMT0,M10.5.0,M3.5.0/1", "2024-07-01T00:00:00Z", "IST", 3600],
    // Times outside the day.
    ["<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T00:59:59Z", "-02", -7200],
    ["<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T01:00:00Z", "-01", -3600],
    // Days of the year: J60 is always the first of March, 59 is the 29th of February in leap years.
    ["AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59Z", "AAA", 0],
    ["AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00Z", "BBB", 3600],
    ["AAA0BBB,J60/0,J300/0", "2023-03-01T00:00:00Z", "BBB", 3600],
    ["AAA0BBB,59/0,299/0", "2024-02-29T00:00:00Z", "BBB", 3600],
    ["AAA0BBB,59/0,299/0", "2023-02-28T23:59:59Z", "AAA", 0],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "9999-07-01T00:00:00Z", "CEST", 7200],
  ];
  test.each(rows)("%s at %s", (rule, date, abbreviation, offset) => {
    expect(new PosixZone(rule).at(at(date))).toEqual({ abbreviation, offset });
  });

  test("hold for as long as an int can count", () => {
    expect(new PosixZone("EST5EDT").at(2n ** 63n - 1n).abbreviation).toMatch(/^E[SD]T$/);
  });

  test.each(["", "X", "CET", "CET-1CEST,M3", "CET-1CEST,X,Y"])("%j is none", (rule) => {
    expect(() => new PosixZone(rule)).toThrow("not a time zone rule");
  });
});
