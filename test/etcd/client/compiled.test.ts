import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../build.ts";
import { isRoot } from "../../support/needs.ts";
import { TestServer, withEtcd } from "../support/server.ts";

const root = join(import.meta.dir, "..", "..", "..");
const isolated = withEtcd.skipIf(!isRoot || Bun.which("unshare") === null);

isolated("the client works in an executable, packages out of sight, and lets it end", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "mgmt-etcd-"));
  await using server = await TestServer.start();
  try {
    const program = join(scratch, "client");
    await compile(join(import.meta.dir, "..", "support", "client-program.ts"), program);
    const hide = 'mount -t tmpfs none "$1" && exec "$2" "$3"';
    const { stdout, exited } = Bun.spawn(
      ["unshare", "--mount", "sh", "-c", hide, "sh", join(root, "node_modules"), program, server.url],
      { cwd: scratch, stdin: "ignore", stderr: "inherit" },
    );
    expect(await new Response(stdout).text()).toBe("told\n");
    expect(await exited).toBe(0);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});
