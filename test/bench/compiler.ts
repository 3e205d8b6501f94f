/** How fast the compiler is: whole processes on generated programs, and inference on the shapes known to be hard. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { coreCatalogue } from "../../lang/core/index.ts";
import { load } from "../../lang/modules/load.ts";
import { mentionedKinds } from "../../lang/modules/mentioned-kinds.ts";
import { resolve } from "../../lang/scope/resolve.ts";
import { infer } from "../../lang/types/infer.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { generated } from "./generated-program.ts";
import { type Bench, median, ms, type Row } from "./row.ts";
import { mgmt, timeProcess, withScratch } from "./workbench.ts";

export const checking: Bench = () =>
  withScratch(async (scratch) => {
    const measure = async (lines: number): Promise<number> => {
      const program = join(scratch, `${lines}.mcl`);
      await writeFile(program, generated(lines));
      return median(Array.from({ length: 5 }, () => timeProcess([mgmt, "check", program])));
    };
    const empty = await measure(0);
    const thousand = (await measure(1_000)) - empty;
    const tenThousand = await measure(10_000);
    const fiftyThousand = (await measure(50_000)) - empty;
    const growth = fiftyThousand / (tenThousand - empty) / 5;
    return [
      {
        measure: "`check` of a generated 10,000-line program, whole process",
        floor: `of an empty program: ${ms(empty)}`,
        measured: ms(tenThousand),
        bar: "under 1 s",
        holds: tenThousand < 1000,
      },
      {
        measure: "the same for 50,000 lines, against five times 10,000",
        floor: `1,000 lines: ${ms(thousand)}; 10,000: ${ms(tenThousand - empty)}`,
        measured: `${ms(fiftyThousand)} (${growth.toFixed(2)}x of proportional)`,
        bar: "within 1.3x of proportional",
        holds: growth <= 1.3,
      },
    ];
  });

const shapes: Readonly<Record<string, () => string>> = {
  "200 calls of one polymorphic function": () =>
    `func f($x) { [$x, $x] }\n${lines(200, (index) => `$v${index} = f(${index % 2 === 0 ? index : `"${index}"`})`)}${use(200)}`,
  "100-deep nesting": () => `$v0 = ${"[".repeat(100)}1${"]".repeat(100)}\n${use(1)}`,
  "500-element list of structs": () =>
    `$v0 = [${Array.from({ length: 500 }, (_, index) => `struct{a => ${index}, b => "x"}`).join(", ")}]\n${use(1)}`,
  "1,000 chained binds": () =>
    `$v0 = 1\n${lines(999, (index) => `$v${index + 1} = $v${index} + 1`)}${use(1000)}`,
};

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");
}

function use(count: number): string {
  return lines(count, (index) => `test "t${index}" { interface => $v${index}, }`);
}

export const inference: Bench = async () => {
  const rows: Row[] = [];
  for (const [shape, program] of Object.entries(shapes)) {
    const kinds = new Catalogue();
    const files = { read: async () => undefined };
    const loaded = await load({ kind: "code", code: program(), path: "main.mcl" }, files, coreCatalogue);
    await kinds.load(mentionedKinds(loaded));
    const scoped = resolve(loaded, coreCatalogue, kinds);
    const start = performance.now();
    infer(scoped, kinds);
    const first = performance.now() - start;
    rows.push({
      measure: `type inference: ${shape}, first run`,
      floor: "none",
      measured: ms(first),
      bar: "under 100 ms",
      holds: first < 100,
    });
  }
  return rows;
};
