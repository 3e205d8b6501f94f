/** What etcd says on standard error: JSON, a line each, and plain text when it fails early or late. */
import { isRecord, textField } from "../json.ts";

export type LogLevel = "debug" | "warn" | "error";

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
const expected: ReadonlySet<string> = new Set([
  "simple token is not cryptographically signed",
  "Running http and grpc server on single port. This is not recommended for production.",
]);

/**
 * What servers warn of, and tell again, better, in another way: that others come and go is seen by whoever looks after
 * the members, and who was refused is told so.
 */
const chatter = [
  /TCP streaming connection with remote peer/,
  /^scheme is (?:HTTP|http or unix) while /,
  /addrConn\.createTransport failed to connect/,
  /^failed to find remote peer in cluster/,
  /^peer became inactive/,
  /^prober detected unhealthy status/,
  /^rejecting member (?:add|promote|remove) request/,
  /^failed to (?:promote|remove|add) a member/,
  /^failed to apply request/,
  /^unexpected v2 response error/,
  /^failed to reach the peer URL/,
  /^failed to get version/,
  /^apply request took too long/,
  /^rejected (?:connection|stream from)/,
  // It says so of each request that it plays again from its log.
  /^request auth revision is less than current node auth revision/,
  // What becomes of a member that has been removed is told by its supervisor.
  /^(?:server error$|data-dir used by this member must be removed|stopped publish because server is stopped)/,
  /^(?:purged|(?:[0-9a-f]+ )?stepped down)/,
  /^stop(?:ping|ped) (?:in)?secure (?:grpc|http) server due to error/,
  /^request stats$/,
  /^ignoring common name in gRPC-gateway proxy request/,
  /^Validation on configuration change failed/,
];

/** Levels after which the process ends, with a trace of its calls. */
const last: ReadonlySet<string> = new Set(["panic", "fatal"]);

/** Reads the lines of one process. */
export class LogReader {
  /** What is not JSON from now on is the trace of a crash, which tells users nothing. */
  #isInTrace = false;

  /** @returns undefined for what is not worth telling */
  read(line: string): LogLine | undefined {
    if (line.trim() === "") return undefined;
    const entry = parse(line);
    if (entry !== undefined) {
      if (last.has(textField(entry, "level"))) this.#isInTrace = true;
      return readEntry(entry);
    }
    if (/^goroutine \d+ /.test(line)) this.#isInTrace = true;
    if (this.#isInTrace) return undefined;
    return {
      level: /^(?:panic|fatal error): /.test(line) ? "error" : levelOf(line, "warn"),
      message: line,
      topic: line,
    };
  }
}

function readEntry(entry: Readonly<Record<string, unknown>>): LogLine | undefined {
  const level = textField(entry, "level");
  const message = textField(entry, "msg");
  if (level === "debug" || level === "info" || expected.has(message)) return undefined;
  const cause = textField(entry, "error");
  const details = Object.entries(entry).flatMap(([name, value]) =>
    dull.has(name) ? [] : [`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  return {
    level: last.has(level) ? "error" : levelOf(message, level),
    message: [
      message,
      ...(cause === "" ? [] : [`: ${cause}`]),
      ...(details.length === 0 ? [] : [` (${details.join(", ")})`]),
    ].join(""),
    topic: `${level} ${textField(entry, "caller")} ${message}`,
  };
}

function levelOf(message: string, level: string): LogLevel {
  if (chatter.some((pattern) => pattern.test(message))) return "debug";
  return level === "warn" ? "warn" : "error";
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
