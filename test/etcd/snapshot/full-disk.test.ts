import { expect } from "bun:test";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../../etcd/json.ts";
import { asRootWithEtcd } from "../../support/needs.ts";
import { TestServer } from "../support/server.ts";
import { clientOf, fill, Scratch } from "../support/snapshots.ts";

asRootWithEtcd("unshare")(
  "a full disk is told once, and snapshots go on when it has room again",
  async () => {
    using scratch = new Scratch();
    await using server = await TestServer.start();
    using client = clientOf(server.url);
    await fill(client, 5);
    const program = join(import.meta.dir, "..", "support", "take-snapshots.ts");
    const mount =
      'mount -t tmpfs -o size=12m tmpfs "$1"; head -c 8m /dev/zero > "$1/filling"; shift; exec "$@"';
    const taking = Bun.spawn(
      ["unshare", "--mount", "sh", "-ec", mount, "sh", scratch.path].concat(
        // Less than nothing is left free: it is found out while the file is written.
        ...[process.execPath, program, server.url, join(scratch.path, "snapshots"), "-1e9"],
      ),
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const disk = `/proc/${taking.pid}/root${scratch.path}`;
      const lines: unknown[] = [];
      const reader = taking.stdout.getReader();
      const next = async (): Promise<Readonly<Record<string, unknown>>> => {
        while (lines.length === 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error("it has ended");
          for (const line of Buffer.from(value).toString().trim().split("\n")) lines.push(JSON.parse(line));
        }
        const event = lines.shift();
        return isRecord(event) ? event : {};
      };
      expect(await next()).toEqual({
        type: "failed",
        reason: expect.stringContaining("no room for the snapshot"),
      });
      // It goes on trying, and says nothing of it.
      const second = next();
      const partials = new Set<string>();
      const deadline = performance.now() + 20_000;
      while (partials.size === 0 && performance.now() < deadline) {
        for (const name of readdirSync(join(disk, "snapshots"))) partials.add(name);
        await Bun.sleep(1);
      }
      expect([...partials]).toEqual([expect.stringMatching(/^\.snapshot\.\d+\.partial$/)]);
      writeFileSync(join(disk, "other"), "there is room for others");
      rmSync(join(disk, "filling"));
      expect(await second).toHaveProperty("type", "saved");
      expect(readdirSync(join(disk, "snapshots"))).toEqual([expect.stringMatching(/^nightly-/)]);
    } finally {
      taking.kill("SIGKILL");
      await taking.exited;
    }
  },
);
