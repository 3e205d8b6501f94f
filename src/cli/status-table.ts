/** What an agent says of itself, as a table for people: what needs them first. */
import { printKey } from "../../lang/output/resource-graph.ts";
import type { ResourceMessage, StatusMessage } from "../agent/status/message.ts";
import { oneLine } from "../agent/terminal-text.ts";

export interface TableOptions {
  /** Milliseconds since 1970, for how long ago things were. */
  readonly now: number;
  /** Characters in a line; unset: as many as there are. */
  readonly width?: number | undefined;
  /** Lines there is room for; what does not fit is counted in the last one. */
  readonly height?: number | undefined;
  /** Colors a text by a condition; unset: there are no colors. */
  readonly paint?: (condition: Condition, text: string) => string;
}

/** What is told of a resource: its state, and of those that are pending whether they try again after a failure. */
export type Condition = ResourceMessage["state"] | "retrying";

/** The worst first. */
const conditions: readonly Condition[] = ["failed", "blocked", "retrying", "noop", "pending", "ok"];

export function statusTable(message: StatusMessage, options: TableOptions): string {
  const { width = Number.POSITIVE_INFINITY, height = Number.POSITIVE_INFINITY, now } = options;
  const paint = options.paint ?? ((_, text) => text);
  const head = [cut(headline(message, now), width), summaryLine(message, width, paint)];
  if (message.problem !== null) {
    const problem = `the program has failed, what it said before stays in force: ${oneLine(message.problem)}`;
    head.splice(1, 0, paint("failed", cut(problem, width)));
  }
  const rows = [...message.resources].sort((a, b) => rank(a) - rank(b)).map((each) => row(each, now));
  if (rows.length === 0) return head.join("\n");
  const room = height - head.length - 2;
  const shown = rows.length <= room ? rows : rows.slice(0, Math.max(0, room - 1));
  const lines = layOut(shown, width, paint);
  const left = rows.length - shown.length;
  return [...head, "", ...lines, ...(left > 0 ? [`… and ${left} more`] : [])].join("\n");
}

/** Whether something needs a person: has failed, will have to try again, or is blocked; or the program itself. */
export function isTroubled({ summary, problem }: StatusMessage): boolean {
  return summary.failed > 0 || summary.blocked > 0 || summary.retrying > 0 || problem !== null;
}

function conditionOf({ state, error }: ResourceMessage): Condition {
  return state === "pending" && error !== null ? "retrying" : state;
}

function rank(resource: ResourceMessage): number {
  return conditions.indexOf(conditionOf(resource));
}

function headline(
  { host, mgmt, pid, program, startedAt, noop, busy, converged }: StatusMessage,
  now: number,
): string {
  const doing = busy ? "at work" : converged === true ? "converged" : "nothing to do";
  const what = noop ? "looks after, but changes nothing of," : "keeps";
  return `${oneLine(host)}: mgmt ${mgmt} (pid ${pid}) ${what} ${oneLine(program)} for ${span(startedAt, now)}; ${doing}`;
}

function summaryLine(
  { summary }: StatusMessage,
  width: number,
  paint: NonNullable<TableOptions["paint"]>,
): string {
  const { resources, changed, retrying, pending } = summary;
  const counts: Readonly<Record<Condition, number>> = { ...summary, pending: pending - retrying };
  const present = conditions.filter((condition) => counts[condition] > 0);
  const line = (show: (condition: Condition, text: string) => string): string => {
    const parts = present.map((condition) => show(condition, `${counts[condition]} ${condition}`));
    const detail = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
    return `${resources} resource${resources === 1 ? "" : "s"}${detail}${changed === 0 ? "" : `; ${changed} changed`}`;
  };
  const plain = line((_, text) => text);
  return plain.length <= width ? line(paint) : cut(plain, width);
}

interface Row {
  readonly condition: Condition;
  readonly since: string;
  readonly changes: string;
  readonly name: string;
  readonly detail: string;
}

function row(resource: ResourceMessage, now: number): Row {
  const { since, changes, group } = resource;
  const others = group.length === 0 ? "" : ` +${group.length}`;
  return {
    condition: conditionOf(resource),
    since: since === null ? "" : span(since, now),
    changes: changes === 0 ? "" : String(changes),
    name: `${oneLine(printKey(resource))}${others}`,
    detail: oneLine(detailOf(resource, now)),
  };
}

function detailOf(resource: ResourceMessage, now: number): string {
  const { error, nextRetry, blockedBy, waitsFor, lastChange } = resource;
  switch (conditionOf(resource)) {
    case "failed":
      // For want of something that may be there again.
      return nextRetry === null ? (error ?? "") : `tries again in ${span(now, nextRetry)}: ${error}`;
    case "blocked":
      return `by ${blockedBy.join(", ")}`;
    case "retrying":
      return nextRetry === null
        ? `tries again: ${error}`
        : `tries again in ${span(now, nextRetry)}: ${error}`;
    case "noop":
      return "not as it should be, left alone";
    case "pending":
      return waitsFor === null ? "" : `after ${waitsFor}`;
    case "ok":
      return lastChange === null ? "" : `changed ${span(lastChange, now)} ago`;
  }
}

function layOut(
  rows: readonly Row[],
  width: number,
  paint: NonNullable<TableOptions["paint"]>,
): readonly string[] {
  const longest = (of: (row: Row) => string, title: string): number =>
    rows.reduce((longest, each) => Math.max(longest, of(each).length), title.length);
  const state = longest(({ condition }) => condition, "STATE");
  const since = longest((each) => each.since, "FOR");
  const changes = longest((each) => each.changes, "CHANGES");
  const name = Math.min(
    60,
    longest((each) => each.name, "RESOURCE"),
  );
  const line = (
    condition: string,
    ...[how, often, what, why]: readonly [string, string, string, string]
  ): string =>
    `${condition.padEnd(state)}  ${how.padStart(since)}  ${often.padStart(changes)}  ${what.padEnd(name)}  ${why}`.trimEnd();
  const title = line("STATE", "FOR", "CHANGES", "RESOURCE", "");
  const body = rows.map((each) => {
    const text = cut(line(each.condition, each.since, each.changes, each.name, each.detail), width);
    return paint(each.condition, text.slice(0, each.condition.length)) + text.slice(each.condition.length);
  });
  return [cut(title, width), ...body];
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** How long it is from one time to another, in the largest unit that fits. */
function span(from: string | number, to: string | number): string {
  const seconds = Math.max(0, Math.round((new Date(to).getTime() - new Date(from).getTime()) / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
