/** What a test needs that not every user and not every machine has. The test is left out where it is missing. */
import { test } from "bun:test";
import { cacheDirectory } from "../../etcd/cache.ts";
import { packedPrograms } from "../../etcd/packed.ts";
import { thisTarget } from "../../etcd/release.ts";

/** Whether the tests run as root. */
export const isRoot = process.getuid?.() === 0;

const lacksAny = (programs: readonly string[]): boolean =>
  programs.some((program) => Bun.which(program) === null);

/** A `test` that runs only as root. */
export const asRoot = test.skipIf(!isRoot);

/** A `test` that runs only as root, where these programs are installed. */
export const asRootWith = (...programs: readonly string[]) => test.skipIf(!isRoot || lacksAny(programs));

/** A `test` that runs only where these programs are installed. */
export const withPrograms = (...programs: readonly string[]) => test.skipIf(lacksAny(programs));

/** A `test` that runs only where one may be root in a user namespace of one's own. */
export const withUserNamespaces = () =>
  test.skipIf(
    lacksAny(["unshare"]) || !Bun.spawnSync(["unshare", "--user", "--map-root-user", "true"]).success,
  );

/** Whether a build has obtained etcd: `bun run build` does. */
export const hasEtcd = packedPrograms(cacheDirectory, thisTarget()).some(({ name }) => name === "etcd");

/** A `test` that runs only where a build has obtained etcd, and where these programs are installed. */
export const withEtcd = (...programs: readonly string[]) => test.skipIf(!hasEtcd || lacksAny(programs));

/** A `test` that runs only as root, where a build has obtained etcd, and where these programs are installed. */
export const asRootWithEtcd = (...programs: readonly string[]) =>
  test.skipIf(!isRoot || !hasEtcd || lacksAny(programs));
