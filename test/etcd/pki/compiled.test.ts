import { expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { compile } from "../../../build.ts";
import { asRootWith } from "../../support/needs.ts";
import { ScratchDirectory } from "../support/scratch-directory.ts";

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "..", "..", "..");

asRootWith("unshare")("certificates are made in an executable, packages out of sight", async () => {
  using scratch = new ScratchDirectory();
  const program = scratch.at("pki");
  await compile(join(import.meta.dir, "..", "support", "pki-program.ts"), program);
  const hide = 'mount -t tmpfs none "$1" && exec "$2"';
  const { stdout, exited } = Bun.spawn(
    ["unshare", "--mount", "sh", "-c", hide, "sh", join(root, "node_modules"), program],
    { cwd: scratch.path, stdin: "ignore", stderr: "inherit" },
  );
  expect(await new Response(stdout).text()).toBe("h1\ntrue\n");
  expect(await exited).toBe(0);
});
