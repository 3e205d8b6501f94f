/** What a whole run costs: starting, checking what is right, making what is missing. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, ms, ratioRow } from "./row.ts";
import {
  alternate,
  compileFloor,
  floorProgram,
  loopFor,
  prepareFiles,
  programFor,
  runOnce,
  timeProcess,
  withScratch,
} from "./workbench.ts";

const count = 1000;

export const alreadyRight: Bench = () =>
  withScratch(async (scratch) => {
    const { program, folder } = await prepareFiles(scratch, count);
    const loop = join(scratch, "loop.mcl");
    await writeFile(loop, loopFor(folder, count));
    timeProcess(runOnce(program, scratch));
    const bare = [process.execPath, floorProgram("read-and-stat"), folder, String(count)];
    return [
      ["declared in a loop", loop],
      [`declared by ${count} statements in 5000 lines`, program],
    ].map(([how = "", path = ""]) => {
      const { floor, measured } = alternate(
        15,
        () => timeProcess(bare),
        () => timeProcess(runOnce(path, scratch)),
      );
      const measure = `\`--once\`, ${count} files already right, ${how}, whole process`;
      return ratioRow(measure, "bare script that reads and stats them", floor, measured, 3);
    });
  });

export const creating: Bench = () =>
  withScratch(async (scratch) => {
    const { program, folder } = await prepareFiles(scratch, count);
    const bare = [process.execPath, floorProgram("write-durably"), folder, String(count)];
    const samples = { floor: [] as number[], measured: [] as number[] };
    for (let round = 0; round < 5; round++) {
      for (const [kind, command] of [
        ["floor", bare],
        ["measured", runOnce(program, scratch)],
      ] as const) {
        await rm(folder, { recursive: true });
        await mkdir(folder);
        samples[kind].push(timeProcess(command));
      }
    }
    const middle = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
    return [
      ratioRow(
        "`--once`, creating 1000 files, durably",
        "bare script that writes the same way",
        middle(samples.floor),
        middle(samples.measured),
        2,
      ),
    ];
  });

export const startUp: Bench = () =>
  withScratch(async (scratch) => {
    const program = join(scratch, "one.mcl");
    await writeFile(program, programFor(scratch, 1));
    const empty = await compileFloor("empty", scratch);
    timeProcess(runOnce(program, scratch));
    const result = alternate(
      15,
      () => timeProcess([empty]),
      () => timeProcess(runOnce(program, scratch)),
    );
    const extra = result.measured - result.floor;
    return [
      {
        measure: "compiled binary, one-file program, `--once`",
        floor: `compiled empty program: ${ms(result.floor)}`,
        measured: `${ms(result.measured)} (+${ms(extra)})`,
        bar: "within 150 ms of it",
        holds: extra <= 150,
      },
    ];
  });
