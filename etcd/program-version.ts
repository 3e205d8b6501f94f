import { processorVariables } from "./processor-variables.ts";

/**
 * What a program of etcd says its version is, as `MAJOR.MINOR.PATCH`.
 *
 * @throws Error if it cannot be run, or says something else
 */
export function programVersion(path: string, args: readonly string[] = ["--version"]): string {
  let said: string;
  try {
    const { stdout, stderr } = Bun.spawnSync([path, ...args], {
      stdin: "ignore",
      env: processorVariables(),
      timeout: 10_000,
    });
    said = `${stdout}${stderr}`.trim();
  } catch (error) {
    throw new Error(`cannot run ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const version = /version: v?(\d+\.\d+\.\d+)/i.exec(said)?.[1];
  if (version === undefined)
    throw new Error(`${path} does not tell the version of an etcd, but: ${said.split("\n")[0]}`);
  return version;
}
