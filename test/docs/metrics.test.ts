/** The dashboard, and what documents say of metrics, go with the metrics there are. */
import { expect, test } from "bun:test";
import { type } from "arktype";
import { Metrics } from "../../src/agent/metrics/metrics.ts";
import { Scrape } from "../support/scrape.ts";
import { readDocument } from "./support/document.ts";

const dashboard: unknown = JSON.parse(readDocument("docs/grafana-dashboard.json"));
const { names } = new Scrape(await new Metrics(["file"], "1").text());
const own = names.filter((name) => name.startsWith("mgmt_"));

/** Names of series in expressions, without what a histogram puts behind its name. */
function used(text: string): ReadonlySet<string> {
  const found = [...text.matchAll(/\b(?:mgmt|process)_[a-z_]+/g)].map(([name]) => name);
  return new Set(
    found.map((name) => (names.includes(name) ? name : name.replace(/_(?:bucket|sum|count)$/, ""))),
  );
}

/** All values of a member, wherever it is. */
function* members(data: unknown, name: string): Iterable<unknown> {
  if (typeof data !== "object" || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    if (key === name) yield value;
    yield* members(value, name);
  }
}

const expressions = ["expr", "query"].flatMap((name) => [...members(dashboard, name)].filter(isText));

function isText(data: unknown): data is string {
  return typeof data === "string";
}

test("the dashboard shows all metrics of mgmt, and nothing that does not exist", () => {
  const shown = used(expressions.join("\n"));
  expect([...shown].filter((name) => !names.includes(name))).toEqual([]);
  expect(own.filter((name) => !shown.has(name))).toEqual([]);
});

const box = type({ x: "number", y: "number", w: "number", h: "number" });
const { panels } = type({ panels: type({ id: "number", gridPos: box }).array() }).assert(dashboard);

test("its panels have numbers and places of their own", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

test("docs/operations.md has every metric, with its type", async () => {
  const rows = readDocument("docs/operations.md").matchAll(/^\| `(mgmt_[a-z_]+)` +\| (\w+)/gm);
  const told = [...rows].map(([, name, type]) => `${name} ${type}`);
  const text = await new Metrics(["file"], "1").text();
  const there = [...text.matchAll(/^# TYPE (mgmt_[a-z_]+) (\w+)/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
  expect(told.toSorted()).toEqual(there.toSorted());
});
