/** The log of an agent, on standard error: text for people, JSON lines for programs. */
import { fstatSync, writeSync } from "node:fs";
import { createConsola, type LogObject } from "consola/core";
import type { Log, LogLevel } from "../os/log.ts";
import { harmless, oneLine } from "./terminal-text.ts";

export const logFormats = ["text", "json"] as const;

export interface LogOptions {
  readonly format: (typeof logFormats)[number];
  /** The least serious level that is shown. */
  readonly level: LogLevel;
}

const levels: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 3, debug: 4 };

export const logLevels = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

export async function createLog({ format, level }: LogOptions): Promise<Log> {
  const print = format === "json" ? printJson : isTerminal() ? await coloredPrinter() : printText;
  const logger = createConsola({ level: levels[level], throttle: 0, reporters: [{ log: print }] });
  return (severity, origin, message) => logger[severity]({ tag: origin, message });
}

/** As good as asking `process.stderr`, which would bring in all of Node's streams first. */
function isTerminal(): boolean {
  try {
    return fstatSync(2).isCharacterDevice();
  } catch {
    return false;
  }
}

function printJson({ date, type, tag, args }: LogObject): void {
  writeLine(JSON.stringify({ time: date.toISOString(), level: type, origin: tag, message: args.join(" ") }));
}

function printText({ date, type, tag, args }: LogObject): void {
  const mark = type === "info" || type === "debug" ? "" : `${type}: `;
  writeLine(`${timeOfDay(date)} ${oneLine(tag)}: ${mark}${harmless(args.join(" "))}`);
}

async function coloredPrinter(): Promise<(line: LogObject) => void> {
  const { colors } = await import("consola/utils");
  return ({ date, type, tag, args }) => {
    const message = harmless(args.join(" "));
    const shown = type === "error" ? colors.red(message) : type === "warn" ? colors.yellow(message) : message;
    writeLine(`${colors.gray(timeOfDay(date))} ${colors.cyan(oneLine(tag))}: ${shown}`);
  };
}

function timeOfDay(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A reader that went away must not take the agent with it. */
function writeLine(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody is left to be told.
  }
}
