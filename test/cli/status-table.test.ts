import { describe, expect, test } from "bun:test";
import type { ResourceMessage, StatusMessage } from "../../src/agent/status/message.ts";
import { isTroubled, statusTable } from "../../src/cli/status-table.ts";

const now = Date.parse("2026-01-01T12:00:00Z");

function ago(seconds: number): string {
  return new Date(now - seconds * 1000).toISOString();
}

function resource(kind: string, name: string, more: Partial<ResourceMessage> = {}): ResourceMessage {
  return {
    kind,
    name,
    state: "ok",
    since: ago(60),
    checks: 1,
    applies: 1,
    changes: 0,
    failures: 0,
    lastChange: null,
    error: null,
    lastError: null,
    nextRetry: null,
    blockedBy: [],
    waitsFor: null,
    group: [],
    ...more,
  };
}

function message(resources: ResourceMessage[], more: Partial<StatusMessage> = {}): StatusMessage {
  const count = (state: ResourceMessage["state"]): number =>
    resources.filter((each) => each.state === state).length;
  return {
    version: 1,
    host: "h1",
    pid: 12,
    mgmt: "1.2.3",
    startedAt: ago(7200),
    program: "/etc/site.mcl",
    prefix: "/var/lib/mgmt/",
    noop: false,
    busy: false,
    converged: null,
    problem: null,
    graphSince: ago(7200),
    summary: {
      resources: resources.length,
      ok: count("ok"),
      pending: count("pending"),
      retrying: resources.filter(({ state, error }) => state === "pending" && error !== null).length,
      failed: count("failed"),
      blocked: count("blocked"),
      noop: count("noop"),
      changed: resources.filter(({ changes }) => changes > 0).length,
    },
    resources,
    ...more,
  };
}

const troubled = message([
  resource("exec", "retrier", {
    state: "pending",
    since: ago(90),
    error: "exit status 1",
    nextRetry: ago(-4),
    failures: 3,
  }),
  resource("exec", "unreliable", { state: "failed", since: ago(200), error: "exit status 7" }),
  resource("file", "/full/x", { state: "failed", since: ago(20), error: "no space", nextRetry: ago(-16) }),
  resource("file", "/tmp/a", { since: ago(3 * 86400), changes: 2, lastChange: ago(300) }),
  resource("file", "/tmp/b", { state: "noop", since: ago(5) }),
  resource("print", "after", { state: "blocked", since: ago(200), blockedBy: ["exec[unreliable]"] }),
  resource("print", "later", { state: "pending", since: null, waitsFor: "exec[retrier]" }),
  resource("print", "together", { group: ["print[a]", "print[b]"] }),
]);

test("what needs somebody comes first", () => {
  expect(
    statusTable(troubled, { now }),
  ).toBe(`h1: mgmt 1.2.3 (pid 12) keeps /etc/site.mcl for 2 h; nothing to do
8 resources: 2 failed, 1 blocked, 1 retrying, 1 noop, 1 pending, 2 ok; 1 changed

STATE       FOR  CHANGES  RESOURCE
failed    3 min           exec[unreliable]    exit status 7
failed     20 s           file[/full/x]       tries again in 16 s: no space
blocked   3 min           print[after]        by exec[unreliable]
retrying   90 s           exec[retrier]       tries again in 4 s: exit status 1
noop        5 s           file[/tmp/b]        not as it should be, left alone
pending                   print[later]        after exec[retrier]
ok          3 d        2  file[/tmp/a]        changed 5 min ago
ok         60 s           print[together] +2`);
});

test("an agent with nothing to manage", () => {
  expect(statusTable(message([], { converged: true, noop: true }), { now })).toBe(
    `h1: mgmt 1.2.3 (pid 12) looks after, but changes nothing of, /etc/site.mcl for 2 h; converged
0 resources`,
  );
});

test("a program that has failed is told", () => {
  const table = statusTable(message([resource("noop", "x")], { busy: true, problem: "no such\nkey" }), {
    now,
  });
  expect(table.split("\n").slice(0, 3)).toEqual([
    "h1: mgmt 1.2.3 (pid 12) keeps /etc/site.mcl for 2 h; at work",
    "the program has failed, what it said before stays in force: no such\\nkey",
    "1 resource: 1 ok",
  ]);
});

test("lines are cut to the terminal, and what does not fit is counted", () => {
  const table = statusTable(troubled, { now, width: 40, height: 8 });
  const lines = table.split("\n");
  expect(lines).toHaveLength(8);
  expect(lines.every((line) => line.length <= 40)).toBe(true);
  expect(lines.at(-1)).toBe("… and 5 more");
});

test("names cannot steer the terminal, nor pass for lines", () => {
  const evil = resource("file", "/tmp/\x1b[31m\nok  all is well\x9b2J", { state: "failed", error: "\x07" });
  const table = statusTable(message([evil]), { now });
  expect(table).toContain("file[/tmp/\\x1b[31m\\nok  all is well\\x9b2J]");
  expect(/[\x07\x1b\x9b]/.test(table)).toBe(false);
});

test("colors are asked for by condition, and do not move columns", () => {
  const paint = (condition: string, text: string): string => `<${condition}>${text}</>`;
  const painted = statusTable(troubled, { now, paint });
  expect(painted).toContain("<failed>failed</>    3 min");
  expect(painted).toContain("<retrying>1 retrying</>");
  expect(painted.replaceAll(/<[^>]*>/g, "")).toBe(statusTable(troubled, { now }));
});

describe("exit status", () => {
  const cases: Readonly<Record<string, readonly [StatusMessage, boolean]>> = {
    "all good": [message([resource("noop", "x")]), false],
    "something is left alone": [message([resource("noop", "x", { state: "noop" })]), false],
    "something is still to do": [message([resource("noop", "x", { state: "pending" })]), false],
    "something failed": [message([resource("noop", "x", { state: "failed" })]), true],
    "something is blocked": [message([resource("noop", "x", { state: "blocked" })]), true],
    "something tries again": [message([resource("noop", "x", { state: "pending", error: "no" })]), true],
    "the program failed": [message([], { problem: "no" }), true],
  };
  test.each(Object.entries(cases))("%s", (_, [status, is]) => expect(isTroubled(status)).toBe(is));
});
