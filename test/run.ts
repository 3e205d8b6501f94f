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
  let [passed, failed, skipped] = [0, 0, 0];
  for (const group of paths.length > 0 ? [paths] : await allGroups()) {
    const counts = await run(group, environment);
    passed += counts.passed;
    failed += counts.failed;
    skipped += counts.skipped;
  }
  if (packedPrograms(cacheDirectory, thisTarget()).length === 0)
    console.log("the tests that need etcd are left out; bun run build obtains it");
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

/** What runs in one process each. */
async function allGroups(): Promise<readonly (readonly string[])[]> {
  const entries = await readdir(join(root, "test"), { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !long.includes(entry.name))
    .map(({ name }) => name);
  const group = (isPart: (name: string) => boolean): readonly string[] =>
    folders.filter(isPart).map((name) => `./test/${name}`);
  return [group((name) => !ofTheExecutable.includes(name)), group((name) => ofTheExecutable.includes(name))];
}

async function run(
  paths: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Counts> {
  const scratch = await mkdtemp(join(tmpdir(), "mgmt-test-report-"));
  try {
    const report = join(scratch, "report.xml");
    const command = [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`];
    const tests = Bun.spawn([...command, "--timeout=60000", ...paths], {
      cwd: root,
      env: environment,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
    });
    const exitCode = await tests.exited;
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
