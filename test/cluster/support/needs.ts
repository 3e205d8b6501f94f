/** What tests with several hosts need. They are left out where it is missing. */
import { test } from "bun:test";
import { existsSync } from "node:fs";
import { binary } from "../../e2e/support/binary.ts";
import { hasEtcd, isRoot } from "../../support/needs.ts";

const programs = ["bash", "ip", "mount", "nft", "nsenter", "pivot_root", "setpriv", "unshare"];

const hasLan =
  isRoot &&
  existsSync(binary) &&
  programs.every((program) => Bun.which(program) !== null) &&
  Bun.spawnSync(["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "true"]).success;

/** A `test` that runs only where hosts can be made: as root, with the programs for it. */
export const withLan = test.skipIf(!hasLan);

/** The same, where a build has obtained etcd. */
export const withLanAndEtcd = test.skipIf(!hasLan || !hasEtcd);
