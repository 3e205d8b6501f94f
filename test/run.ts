/**
 * Runs all tests, or those under the paths given, and ends with the line `N passed, M failed`.
 *
 * The end-to-end tests drive the compiled executable, so it is built first, unless `MGMT_BINARY` names one. It carries
 * etcd if a build has obtained it before (`bun run build`); the tests that need it are left out otherwise.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../etcd/cache.ts";
import { packedPrograms } from "../etcd/packed.ts";
import { thisTarget } from "../etcd/release.ts";

const root = join(import.meta.dir, "..");
/** Tests of the executable. They watch files by Bun's means, which tests that count inotify instances must not meet. */
const ofTheExecutable = ["cluster", "docs", "e2e"];
/** Tests that wait for servers of etcd most of the time, and so run beside the others. */
const ofTheStore = ["etcd"];
/** Long ones, for `bun run siege`. */
const long = ["siege"];

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

async function main(paths: readonly string[]): Promise<number> {
  const environment: Record<string, string | undefined> = { ...process.env };
  if (environment.MGMT_BINARY === undefined) {
    const build = Bun.spawnSync([process.execPath, "build.ts", "--etcd", "cached"], {
      cwd: root,
      stdout: "inherit",
      stderr: "inherit",
    });
    if (build.exitCode !== 0) return 1;
    environment.MGMT_BINARY = join(root, "dist", "mgmt");
  }
  const queues = paths.length > 0 ? [[paths]] : await allGroups();
  const runs = queues.map(async (groups, index) => {
    const counts: Counts[] = [];
    for (const group of groups) counts.push(await run(group, environment, index === 0));
    return counts;
  });
  let [passed, failed, skipped] = [0, 0, 0];
  for (const counts of (await Promise.all(runs)).flat()) {
    passed += counts.passed;
    failed += counts.failed;
    skipped += counts.skipped;
  }
  if (packedPrograms(cacheDirectory, thisTarget()).length === 0)
    console.log("the tests that need etcd are left out; bun run build obtains it");
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

/** What runs in one process each: lists side by side, and what is in each of them one after the other. */
async function allGroups(): Promise<readonly (readonly (readonly string[])[])[]> {
  const entries = await readdir(join(root, "test"), { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !long.includes(entry.name))
    .map(({ name }) => name);
  const group = (isPart: (name: string) => boolean): readonly string[] =>
    folders.filter(isPart).map((name) => `./test/${name}`);
  const isApart = (name: string): boolean => ofTheExecutable.includes(name) || ofTheStore.includes(name);
  return [
    [group((name) => !isApart(name)), group((name) => ofTheExecutable.includes(name))],
    [group((name) => ofTheStore.includes(name))],
  ];
}

/** @param isShown whether its output is shown as it comes, and not all of it at the end */
async function run(
  paths: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  isShown: boolean,
): Promise<Counts> {
  const scratch = await mkdtemp(join(tmpdir(), "mgmt-test-report-"));
  try {
    const report = join(scratch, "report.xml");
    const output = join(scratch, "output");
    const command = [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`];
    const intoFile = isShown ? [] : ["sh", "-c", 'exec "$@" >"$0" 2>&1', output];
    const tests = Bun.spawn([...intoFile, ...command, "--timeout=60000", ...paths], {
      cwd: root,
      env: environment,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
    const exitCode = await tests.exited;
    if (!isShown) console.log(await readFile(output, "utf8"));
    const counts = count(await readFile(report, "utf8").catch(() => ""));
    // A crash of the runner itself has no test case to its name, and is a failure all the same.
    return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Counts test cases in a JUnit report. */
function count(report: string): Counts {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const [, body = ""] of report.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(body)) failed++;
    else if (/<skipped\b/.test(body)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

process.exit(await main(process.argv.slice(2)));
