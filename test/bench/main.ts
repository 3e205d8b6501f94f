/**
 * The benchmark table: every figure beside a floor measured in the same run. `bun run bench`, or
 * `bun run bench WORD...` for the rows whose bench is so named.
 */
import { cluster, firstGraph } from "./cluster.ts";
import { checking, inference } from "./compiler.ts";
import { dataflow, elementChange, fanOut, loopGrowth } from "./dataflow.ts";
import { deepEvent, firstRun, parallel, planning, swapOne } from "./engine.ts";
import { followedFiles } from "./followed-files.ts";
import { idle, perFile } from "./idle.ts";
import { languageServer } from "./language-server.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { repairLatency } from "./repair-latency.ts";
import type { Bench, Row } from "./row.ts";
import { appliedExports, sharedExports } from "./shared-exports.ts";
import { templates } from "./templates.ts";
import { alreadyRight, creating, startUp } from "./whole-process.ts";

const benches: Readonly<Record<string, Bench>> = {
  "repair-latency": repairLatency,
  "already-right": alreadyRight,
  creating,
  "start-up": startUp,
  idle,
  "per-file": perFile,
  dataflow,
  "first-run": firstRun,
  "swap-one": swapOne,
  "deep-event": deepEvent,
  planning,
  parallel,
  "fan-out": fanOut,
  "loop-growth": loopGrowth,
  "element-change": elementChange,
  "followed-files": followedFiles,
  checking,
  inference,
  "language-server": languageServer,
  "regular-expressions": regularExpressions,
  templates,
  "shared-exports": sharedExports,
  "applied-exports": appliedExports,
  "first-graph": firstGraph,
  cluster,
};

const chosen = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`measuring ${name} ...`);
  rows.push(...(await bench()));
}

const head = ["measure", "floor in the same run", "measured", "bar", "holds"];
const lines = rows.map((row) => [row.measure, row.floor, row.measured, row.bar, row.holds ? "yes" : "NO"]);
for (const cells of [head, head.map(() => "---"), ...lines]) console.log(`| ${cells.join(" | ")} |`);
process.exit(0);
