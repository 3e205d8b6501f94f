/** Executables that carry different versions of etcd, of those that builds have obtained. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../../etcd/cache.ts";
import { isSound, packedPrograms } from "../../../etcd/packed.ts";
import { programNames, releases, thisTarget } from "../../../etcd/release.ts";

const root = join(import.meta.dir, "..", "..", "..");

/** Versions of etcd that executables can be built with here, oldest first, the last one of each minor version. */
export function versionsAtHand(): readonly string[] {
  // Where only an executable is tested, there is nothing to build one with.
  if (!existsSync(join(root, "node_modules", "etcd3"))) return [];
  const target = thisTarget();
  const kept = packedPrograms(cacheDirectory, target).filter(isSound);
  const complete = releases[target].filter(({ sha256 }) =>
    programNames.every((name) => kept.some((program) => program.sha256 === sha256[name])),
  );
  const sorted = complete
    .map(({ version }) => version)
    .toSorted((one, other) => Bun.semver.order(one, other));
  const minorOf = (version: string | undefined): string | undefined =>
    version?.split(".").slice(0, 2).join(".");
  return sorted.filter((version, index) => minorOf(version) !== minorOf(sorted[index + 1]));
}

/** Executables with several versions of etcd, which go with the object. */
export class Executables implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-executables-"));

  /** Builds one. @returns its path */
  with(version: string): string {
    const path = join(this.#directory, `mgmt-${version}`);
    if (existsSync(path)) return path;
    const build = Bun.spawnSync([process.execPath, "build.ts", "--etcd", version, "--outfile", path], {
      cwd: root,
    });
    if (!build.success) throw new Error(build.stderr.toString());
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
