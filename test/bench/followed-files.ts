/** How long a program takes to notice that one of many files it reads has changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../lang/compile.ts";
import { evaluate } from "../../lang/flow/evaluate.ts";
import type { Evaluation } from "../../lang/flow/evaluation.ts";
import type { Host } from "../../lang/host.ts";
import { createHost } from "../../src/agent/host.ts";
import { watchPath } from "../../src/os/watch-path.ts";
import { kinds } from "../lang/types/support.ts";
import { type Bench, ms, percentile } from "./row.ts";
import { withScratch } from "./workbench.ts";

const count = 1000;
const rounds = 500;
const barMilliseconds = 2;

export const followedFiles: Bench = () =>
  withScratch(async (folder) => {
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    for (const path of paths) writeFileSync(path, "0");
    const floor = await bareWatches(paths);
    const { samples, readsPerChange, othersRead } = await program(paths);
    const p50 = percentile(samples, 0.5);
    return [
      {
        measure: `\`os.readfile\` of ${count} files, one changed: until the new graph, p50`,
        floor: `inotify event, read that file: ${ms(percentile(floor, 0.5))}`,
        measured: `${ms(p50)}, p99 ${ms(percentile(samples, 0.99))}; ${readsPerChange.toFixed(1)} reads of that file, ${othersRead} of others`,
        bar: `under ${barMilliseconds} ms, no other file read`,
        holds: p50 < barMilliseconds && othersRead === 0,
      },
    ];
  });

function pick(paths: readonly string[], round: number): string {
  return paths[(round * 379) % paths.length] ?? "";
}

/** Milliseconds from a change to having read it, with nothing but a watch for each file. */
async function bareWatches(paths: readonly string[]): Promise<number[]> {
  const stop = new AbortController();
  let wanted = "";
  let seen = (): void => {};
  for (const path of paths) {
    watchPath(path, {
      signal: stop.signal,
      onChange: () => {
        if (readFileSync(path, "utf8") === wanted) seen();
      },
    });
  }
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    wanted = `bare ${round}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    seen = resolve;
    const start = performance.now();
    writeFileSync(pick(paths, round), wanted);
    await promise;
    samples.push(performance.now() - start);
  }
  stop.abort();
  return samples;
}

async function program(paths: readonly string[]) {
  const stop = new AbortController();
  const real = createHost({ hostname: "bench", log: () => {}, signal: stop.signal });
  const reads: string[] = [];
  const files: Host["files"] = {
    ...real.files,
    read: (path) => {
      reads.push(path);
      return real.files.read(path);
    },
  };
  const lines = paths.map(
    (path) => `test ${JSON.stringify(path)} { interface => os.readfile(${JSON.stringify(path)}), }`,
  );
  const typed = await compile(
    { kind: "code", path: "main.mcl", code: `import "os"\n${lines.join("\n")}\n` },
    { read: async () => undefined },
    kinds,
  );
  const evaluation = evaluate(typed, { host: { ...real, files }, kinds, signal: stop.signal });
  await until(evaluation, pick(paths, 0), "0");
  const samples: number[] = [];
  let changedRead = 0;
  let othersRead = 0;
  for (let round = 1; round <= rounds; round++) {
    const path = pick(paths, round);
    reads.length = 0;
    const start = performance.now();
    writeFileSync(path, String(round));
    await until(evaluation, path, String(round));
    samples.push(performance.now() - start);
    changedRead += reads.filter((each) => each === path).length;
    othersRead += reads.filter((each) => each !== path).length;
  }
  stop.abort();
  return { samples, readsPerChange: changedRead / rounds, othersRead };
}

/** Waits for a graph in which a resource shows this content. */
async function until(evaluation: Evaluation, name: string, content: string): Promise<void> {
  for (;;) {
    const report = await evaluation.next();
    if (report?.kind !== "graph") throw new Error("the program failed");
    const shown = report.graph.resources.find((each) => each.name === name);
    if (shown?.fields.get("interface") === content) return;
  }
}
