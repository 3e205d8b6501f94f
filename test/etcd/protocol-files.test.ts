import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../build.ts";
import { asRootWith } from "../support/needs.ts";

const root = join(import.meta.dir, "..", "..");

asRootWith("unshare")("the executable has the protocol of etcd in it, packages out of sight", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "mgmt-etcd-"));
  try {
    const program = join(scratch, "client");
    await compile(join(import.meta.dir, "support", "client-without-packages.ts"), program);
    const hide = 'mount -t tmpfs none "$1" && exec "$2"';
    const run = Bun.spawnSync(
      ["unshare", "--mount", "sh", "-c", hide, "sh", join(root, "node_modules"), program],
      {
        cwd: scratch,
        stdin: "ignore",
      },
    );
    expect(run.stderr.toString()).toBe("");
    expect(run.stdout.toString()).toContain("UNAVAILABLE");
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});
