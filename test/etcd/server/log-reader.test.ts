import { expect, test } from "bun:test";
import { LogReader } from "../../../etcd/server/log-reader.ts";

const read = (...lines: readonly string[]) => {
  const reader = new LogReader();
  return lines.flatMap((line) => {
    const { level, message } = reader.read(line) ?? {};
    return message === undefined ? [] : [`${level}: ${message}`];
  });
};

const entry = (level: string, msg: string, fields: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ level, ts: "2026-01-02T03:04:05.678Z", caller: "wal/wal.go:151", msg, ...fields });

test("warnings and worse are told, with their causes and details", () => {
  expect(
    read(
      entry("info", "serving"),
      entry("debug", "details"),
      entry("warn", "slow", { took: "1s", count: 3 }),
      entry("error", "no", { error: "why" }),
    ),
  ).toEqual(["warn: slow (took=1s, count=3)", "error: no: why"]);
});

test("what every server says is not told", () => {
  expect(
    read(
      entry("warn", "simple token is not cryptographically signed"),
      entry("warn", "Running http and grpc server on single port. This is not recommended for production."),
      "",
      "  ",
    ),
  ).toEqual([]);
});

test.each([
  ["warn", "prober detected unhealthy status"],
  ["warn", "c6e6024ebcd6b942 stepped down to follower since quorum is not active"],
  ["warn", "scheme is http or unix while key and cert files are present; ignoring key and cert files"],
  ["warn", "ignoring common name in gRPC-gateway proxy request"],
  ["warn", "stopped insecure grpc server due to error"],
  ["warn", "stopping secure grpc server due to error"],
  ["error", "Validation on configuration change failed"],
])("what others tell better is of no interest to most: %s, %s", (level, message) => {
  expect(read(entry(level, message))).toEqual([`debug: ${message}`]);
  expect(read(entry("panic", message))).toEqual([`error: ${message}`]);
});

test("plain text is told, the trace of a crash is not", () => {
  expect(
    read(
      "[WARNING] Deprecated flag",
      '{"level":"warn","msg":',
      "panic: runtime error: index out of range",
      "",
      "goroutine 1 [running]:",
      "main.main()",
      "\tmain.go:28 +0x17",
    ),
  ).toEqual([
    "warn: [WARNING] Deprecated flag",
    'warn: {"level":"warn","msg":',
    "error: panic: runtime error: index out of range",
  ]);
});

test("the last word of a server is its own, not that of its crash", () => {
  expect(
    read(
      entry("panic", "failed to create WAL", { error: "no space left on device", stacktrace: "main.main" }),
      "panic: failed to create WAL",
      "goroutine 1 [running]:",
    ),
  ).toEqual(["error: failed to create WAL: no space left on device"]);
});
