/** What benchmarks share: scratch folders, the compiled programs, timed runs. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../build.ts";

const root = join(import.meta.dir, "..", "..");

/** The executable under test. */
export const mgmt = process.env.MGMT_BINARY ?? join(root, "dist", "mgmt");

/** Runs with a scratch folder that is gone afterwards. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "mgmt-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Path of a bare program that does by itself what mgmt is measured at. */
export function floorProgram(name: string): string {
  return join(import.meta.dir, "floors", `${name}.ts`);
}

/** Compiles a floor program with the flags that mgmt is built with. */
export async function compileFloor(name: string, folder: string): Promise<string> {
  const target = join(folder, `floor-${name}`);
  await compile(floorProgram(name), target);
  return target;
}

/** Wall time of a whole process, in milliseconds. @throws Error if it fails */
export function timeProcess(command: readonly string[]): number {
  const start = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const elapsed = performance.now() - start;
  if (exitCode !== 0)
    throw new Error(`${command.join(" ")} exited with ${exitCode}: ${stderr.toString().slice(-2000)}`);
  return elapsed;
}

/** The median of several runs, alternating with those of the floor so that both see the same machine. */
export function alternate(
  rounds: number,
  floor: () => number,
  measured: () => number,
): { floor: number; measured: number } {
  const floors: number[] = [];
  const measurements: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(floor());
    measurements.push(measured());
  }
  const middle = (samples: number[]): number =>
    samples.sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
  return { floor: middle(floors), measured: middle(measurements) };
}

export function contentOf(index: number): string {
  return `content of file number ${index}\n`;
}

/** A program that declares `count` files in `folder`, one resource each. */
export function programFor(folder: string, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `file ${JSON.stringify(`${folder}/${index}`)} {
	state => "exists",
	content => ${JSON.stringify(contentOf(index))},
	mode => "0644",
}
`,
  ).join("");
}

/** A program that declares the same files in one loop. */
export function loopFor(folder: string, count: number): string {
  return `import "fmt"
import "iter"

for $index, $number in iter.range(${count}) {
	file ["${folder}/" + fmt.printf("%d", $number)] {
		state => "exists",
		content => fmt.printf("content of file number %d\\n", $number),
		mode => "0644",
	}
}
`;
}

/** Writes the program, and the folder for its files. */
export async function prepareFiles(
  scratch: string,
  count: number,
): Promise<{ program: string; folder: string }> {
  const folder = join(scratch, "files");
  const program = join(scratch, "files.mcl");
  await mkdir(folder);
  await writeFile(program, programFor(folder, count));
  return { program, folder };
}

export function runOnce(program: string, scratch: string): string[] {
  return [
    mgmt,
    "run",
    "--standalone",
    "--once",
    "--log-level",
    "warn",
    "--prefix",
    join(scratch, "prefix"),
    program,
  ];
}
