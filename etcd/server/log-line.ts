/** What etcd says on standard error: JSON, a line each, and plain text when it fails early or late. */
import { isRecord, textField } from "../json.ts";

export type LogLevel = "warn" | "error";

export interface LogLine {
  readonly level: LogLevel;
  /** For people. */
  readonly message: string;
  /** What lines about the same thing have in common. */
  readonly topic: string;
}

/** Fields that say nothing to people, or that the log has anyway. */
const dull: ReadonlySet<string> = new Set(["level", "ts", "caller", "msg", "error", "stacktrace"]);

/** What every server says that is meant to be as it is. */
const expected: ReadonlySet<string> = new Set(["simple token is not cryptographically signed"]);

/** @returns undefined for what is not worth telling */
export function readLogLine(line: string): LogLine | undefined {
  if (line.trim() === "") return undefined;
  const entry = parse(line);
  if (entry === undefined) return { level: "warn", message: line, topic: line };
  const level = textField(entry, "level");
  const message = textField(entry, "msg");
  if (level === "debug" || level === "info" || expected.has(message)) return undefined;
  const cause = textField(entry, "error");
  const details = Object.entries(entry).flatMap(([name, value]) =>
    dull.has(name) ? [] : [`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  return {
    level: level === "warn" ? "warn" : "error",
    message: [
      message,
      ...(cause === "" ? [] : [`: ${cause}`]),
      ...(details.length === 0 ? [] : [` (${details.join(", ")})`]),
    ].join(""),
    topic: `${level} ${textField(entry, "caller")} ${message}`,
  };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
