import { UsageError } from "./arguments.ts";

const seconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * A time as people write it: `90s`, `30m`, `12h`, `7d`; a number alone is seconds.
 * @param command for messages
 * @param option that it is of
 * @param least in seconds
 * @returns seconds
 * @throws UsageError
 */
export function readDuration(command: string, option: string, text: string, least: number): number {
  const [, count = "", unit = ""] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  const time = Number(count) * (seconds[unit] ?? 0);
  if (count !== "" && time >= least) return time;
  throw new UsageError(
    `${command}: --${option} is a time of ${least}s or more, such as 90s, 30m, 12h, 7d, not \`${text}\``,
  );
}
