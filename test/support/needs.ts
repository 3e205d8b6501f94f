/** What a test needs that not every user and not every machine has. The test is left out where it is missing. */
import { test } from "bun:test";

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
