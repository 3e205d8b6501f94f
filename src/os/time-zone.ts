/** The local time zone from the system's time zone database: offset and abbreviation at any moment. */
import { readFileSync } from "node:fs";
import type { LocalZone } from "../../lang/host.ts";
import { PosixZone } from "./posix-zone.ts";

const UTC: LocalZone = { offset: 0, abbreviation: "UTC" };
const DATABASES: readonly string[] = [
  "/usr/share/zoneinfo",
  "/usr/share/lib/zoneinfo",
  "/usr/lib/locale/TZ",
  "/etc/zoneinfo",
];

/**
 * The zone that a `TZ` variable names: a name in the database or an absolute path, with or without a colon before it.
 * Unset is the system's own zone, the one in `file`; empty or unknown is UTC.
 */
export function localTimeZone(variable: string | undefined, file = "/etc/localtime"): TimeZone {
  if (variable === undefined) return readZone(file) ?? new TimeZone([], [UTC], "");
  const name = variable.replace(/^:/, "");
  const paths = name.startsWith("/") ? [name] : DATABASES.map((directory) => `${directory}/${name}`);
  const isSafe = name !== "" && !name.split("/").includes("..");
  const found = isSafe ? paths.map(readZone).find((zone) => zone !== undefined) : undefined;
  return found ?? new TimeZone([], [UTC], "");
}

function readZone(path: string): TimeZone | undefined {
  try {
    return parseZone(readFileSync(path));
  } catch {
    // A zone that cannot be read counts as unknown.
    return undefined;
  }
}

interface Transition {
  /** Seconds since 1970. */
  readonly at: bigint;
  readonly state: LocalZone;
}

/** Transitions in ascending order, the states there are, and a POSIX rule for the time after the last transition. */
export class TimeZone {
  readonly #transitions: readonly Transition[];
  readonly #first: LocalZone;
  readonly #rule: string;
  #future: PosixZone | undefined;

  constructor(transitions: readonly Transition[], states: readonly LocalZone[], rule: string) {
    this.#transitions = transitions;
    this.#first = states[0] ?? UTC;
    this.#rule = rule;
  }

  at(seconds: bigint): LocalZone {
    let low = 0;
    let high = this.#transitions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#transitions[middle]?.at ?? 0n) <= seconds) low = middle + 1;
      else high = middle;
    }
    if (low === this.#transitions.length && this.#rule !== "") {
      this.#future ??= new PosixZone(this.#rule);
      return this.#future.at(seconds);
    }
    return this.#transitions[low - 1]?.state ?? this.#first;
  }
}

const HEADER_SIZE = 44;

/** Reads the format of RFC 8536. @throws RangeError or Error for what is none */
function parseZone(data: Buffer): TimeZone {
  if (data.toString("latin1", 0, 4) !== "TZif") throw new Error("not a time zone file");
  if (data[4] === 0) return parseBlock(data, 0, 4).zone("");
  const start = parseBlock(data, 0, 4).end;
  const block = parseBlock(data, start, 8);
  const footer = data.toString("latin1", block.end).split("\n");
  return block.zone(footer[1] ?? "");
}

/** One header with its data; `width` is that of a time in bytes. */
function parseBlock(data: Buffer, start: number, width: 4 | 8) {
  const counter = (index: number) => data.readUInt32BE(start + 20 + 4 * index);
  const [utcCount, standardCount, leapCount, timeCount, typeCount, charCount] = [0, 1, 2, 3, 4, 5].map(
    counter,
  );
  const times = start + HEADER_SIZE;
  const indexes = times + width * (timeCount ?? 0);
  const types = indexes + (timeCount ?? 0);
  const names = types + 6 * (typeCount ?? 0);
  const leaps = names + (charCount ?? 0);
  const end = leaps + (width + 4) * (leapCount ?? 0) + (standardCount ?? 0) + (utcCount ?? 0);
  const zone = (rule: string) => {
    const states = Array.from({ length: typeCount ?? 0 }, (_, index) => {
      const name = names + data.readUInt8(types + 6 * index + 5);
      return {
        offset: data.readInt32BE(types + 6 * index),
        abbreviation: data.toString("latin1", name, data.indexOf(0, name)),
      };
    });
    const transitions = Array.from({ length: timeCount ?? 0 }, (_, index) => ({
      at: width === 8 ? data.readBigInt64BE(times + 8 * index) : BigInt(data.readInt32BE(times + 4 * index)),
      state: states[data.readUInt8(indexes + index)] ?? UTC,
    }));
    return new TimeZone(transitions, states, rule);
  };
  return { end, zone };
}
