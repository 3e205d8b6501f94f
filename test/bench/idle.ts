/** What keeping 1000 files costs while nothing happens. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "./row.ts";
import { compileFloor, loopFor, mgmt, prepareFiles, runOnce, timeProcess, withScratch } from "./workbench.ts";

/** The run time's collector looks around for half a minute before it comes to rest. */
const settlingSeconds = 45;
const seconds = 30;

export const idle: Bench = () =>
  withScratch(async (scratch) => {
    const { program } = await prepareFiles(scratch, 1000);
    timeProcess(runOnce(program, scratch));
    const sleeper = Bun.spawn([await compileFloor("sleep", scratch)], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    const agent = Bun.spawn(
      [mgmt, "run", "--standalone", "--log-level", "error", "--prefix", join(scratch, "prefix"), program],
      { stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    );
    try {
      await Bun.sleep(settlingSeconds * 1000);
      const floor = cpuMilliseconds(sleeper.pid);
      const before = cpuMilliseconds(agent.pid);
      await Bun.sleep(seconds * 1000);
      const used = cpuMilliseconds(agent.pid) - before;
      const bare = cpuMilliseconds(sleeper.pid) - floor;
      const base = residentMegabytes(sleeper.pid);
      const extra = residentMegabytes(agent.pid) - base;
      return [
        {
          measure: `idle, 1000 files managed: CPU in ${seconds} s`,
          floor: `compiled program that sleeps: ${bare.toFixed(1)} ms`,
          measured: `${used.toFixed(1)} ms`,
          bar: "under 10 ms",
          holds: used < 10,
        },
        {
          measure: "idle, 1000 files managed: resident memory",
          floor: `compiled program that sleeps: ${base.toFixed(0)} MB`,
          measured: `+${extra.toFixed(0)} MB`,
          bar: "at most +60 MB",
          holds: extra <= 60,
        },
      ];
    } finally {
      for (const process of [sleeper, agent]) {
        process.kill("SIGKILL");
        await process.exited;
      }
    }
  });

/** What one more file costs: from the difference between two agents, so that what all programs share cancels out. */
export const perFile: Bench = () =>
  withScratch(async (scratch) => {
    const few = 1000;
    const many = 11_000;
    const kilobytes: number[] = [];
    for (const count of [few, many]) {
      const folder = join(scratch, `files-${count}`);
      const program = join(scratch, `${count}.mcl`);
      await mkdir(folder);
      await writeFile(program, loopFor(folder, count));
      const agent = Bun.spawn(
        [
          mgmt,
          "run",
          "--standalone",
          "--log-level",
          "error",
          "--prefix",
          join(scratch, `p${count}`),
          program,
        ],
        { stdin: "ignore", stdout: "ignore", stderr: "inherit" },
      );
      await Bun.sleep(20_000);
      kilobytes.push(residentMegabytes(agent.pid) * 1024);
      agent.kill("SIGKILL");
      await agent.exited;
    }
    const [less = Number.NaN, more = Number.NaN] = kilobytes;
    const each = (more - less) / (many - few);
    return [
      {
        measure: `idle: resident memory of one more file (${many} files against ${few}), language included`,
        floor: "none",
        measured: `${each.toFixed(1)} KB`,
        bar: "at most 3 KB",
        holds: each <= 3,
      },
    ];
  });

/** CPU time a process and its threads have used, from the scheduler's own account, finer than clock ticks. */
function cpuMilliseconds(pid: number): number {
  const tasks = new Bun.Glob("*/schedstat").scanSync({ cwd: `/proc/${pid}/task` });
  let nanoseconds = 0;
  for (const task of tasks)
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}`, "utf8").split(" ")[0]);
  return nanoseconds / 1e6;
}

function residentMegabytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}
