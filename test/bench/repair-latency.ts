/** How long harm lasts: random tampering with managed files, timed until each file is right again. */
import { chmodSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchPath } from "../../src/os/watch-path.ts";
import { type Bench, percentile, ratioRow } from "./row.ts";
import {
  contentOf,
  floorProgram,
  mgmt,
  prepareFiles,
  runOnce,
  timeProcess,
  withScratch,
} from "./workbench.ts";

const count = 1000;
const tamperings = 200;

export const repairLatency: Bench = () =>
  withScratch(async (scratch) => {
    const { program, folder } = await prepareFiles(scratch, count);
    timeProcess(runOnce(program, scratch));
    const floor = await measure(folder, [
      process.execPath,
      floorProgram("rewrite-loop"),
      folder,
      String(count),
    ]);
    const measured = await measure(folder, [
      mgmt,
      "run",
      "--standalone",
      "--log-level",
      "error",
      "--prefix",
      join(scratch, "prefix"),
      program,
    ]);
    const what = `repair latency, ${count} files, ${tamperings} random tamperings`;
    const bare = "bare loop: inotify event, rewrite that file";
    return [
      ratioRow(`${what}, p50`, bare, percentile(floor, 0.5), percentile(measured, 0.5), 3),
      ratioRow(`${what}, p99`, bare, percentile(floor, 0.99), percentile(measured, 0.99), 10),
    ];
  });

/** Milliseconds from harm to repair, one for each tampering. */
async function measure(folder: string, command: string[]): Promise<number[]> {
  const guard = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const stop = new AbortController();
  let wake = (): void => {};
  watchPath(`${folder}/`, { onChange: () => wake(), signal: stop.signal });

  async function repaired(index: number): Promise<number> {
    const deadline = performance.now() + 20_000;
    while (!isRight(folder, index)) {
      if (performance.now() > deadline) throw new Error(`file ${index} was never repaired`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return performance.now();
  }

  try {
    // The last file is the last one that the guard gets to.
    for (const index of [0, count - 1]) {
      rmSync(join(folder, String(index)));
      await repaired(index);
    }
    const random = generator(42);
    const samples: number[] = [];
    for (let round = 0; round < tamperings; round++) {
      const index = Math.floor(random() * count);
      const harm = harms[Math.floor(random() * harms.length)] ?? overwrite;
      const start = performance.now();
      harm(join(folder, String(index)), folder);
      samples.push((await repaired(index)) - start);
      await Bun.sleep(5);
    }
    return samples;
  } finally {
    stop.abort();
    guard.kill("SIGKILL");
    await guard.exited;
  }
}

function isRight(folder: string, index: number): boolean {
  const path = join(folder, String(index));
  try {
    return readFileSync(path, "utf8") === contentOf(index) && (statSync(path).mode & 0o7777) === 0o644;
  } catch {
    return false;
  }
}

function overwrite(path: string): void {
  writeFileSync(path, "tampered");
}

const harms: readonly ((path: string, folder: string) => void)[] = [
  overwrite,
  (path) => truncateSync(path, 0),
  (path) => chmodSync(path, 0o777),
  (path) => rmSync(path),
  (path, folder) => {
    const other = join(folder, ".intruder");
    writeFileSync(other, "tampered");
    renameSync(other, path);
  },
];

/** Reproducible random numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
