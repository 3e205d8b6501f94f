/**
 * Runs all tests, or those under the paths given, and ends with the line `N passed, M failed`.
 *
 * The end-to-end tests drive the compiled executable, so it is built first, unless `MGMT_BINARY` names one.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");

async function main(paths: readonly string[]): Promise<number> {
  const environment: Record<string, string | undefined> = { ...process.env };
  if (environment.MGMT_BINARY === undefined) {
    const build = Bun.spawnSync([process.execPath, "build.ts"], {
      cwd: root,
      stdout: "inherit",
      stderr: "inherit",
    });
    if (build.exitCode !== 0) return 1;
    environment.MGMT_BINARY = join(root, "dist", "mgmt");
  }
  const scratch = await mkdtemp(join(tmpdir(), "mgmt-test-report-"));
  try {
    const report = join(scratch, "report.xml");
    const tests = Bun.spawn(
      [
        process.execPath,
        "test",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        "--timeout=60000",
        ...paths,
      ],
      { cwd: root, env: environment, stdin: "ignore", stdout: "inherit", stderr: "inherit" },
    );
    const exitCode = await tests.exited;
    const { passed, failed, skipped } = count(await readFile(report, "utf8"));
    // A crash of the runner itself has no test case to its name, and is a failure all the same.
    const broken = exitCode !== 0 && failed === 0 ? 1 : 0;
    console.log(`${passed} passed, ${failed + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    return exitCode;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Counts test cases in a JUnit report. */
function count(report: string): { passed: number; failed: number; skipped: number } {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const [, body = ""] of report.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(body)) failed++;
    else if (/<skipped\b/.test(body)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

process.exit(await main(process.argv.slice(2)));
