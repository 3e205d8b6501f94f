import { expect, setDefaultTimeout } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../build.ts";
import { etcdBinary, freePort, TestServer } from "../../etcd/support/server.ts";
import { me, SshHome, SshHost, withSshd } from "./support/ssh-host.ts";

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "..", "..", "..");

withSshd.skipIf(etcdBinary === undefined)(
  "tunnels work in an executable, packages out of sight, and run nothing that lies where it is started",
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), "mgmt-ssh-exe-"));
    const port = await freePort();
    const seed = `http://127.0.0.1:${port}`;
    await using _server = await TestServer.start("--listen-client-urls", `SOCKET,${seed}`);
    await using host = await SshHost.start();
    using home = new SshHome();
    host.admit(home.makeKey("id_ed25519"));
    home.write("known_hosts", host.knownBy("ed25519", "*"));
    home.write("config", "Host localhost\n HostName 127.0.0.1\n");
    try {
      for (const name of ["cpu-features", "x11", "usocket"]) {
        mkdirSync(join(scratch, "node_modules", name), { recursive: true });
        writeFileSync(join(scratch, "node_modules", name, "index.js"), 'console.log("found here")');
      }
      const program = join(scratch, "tunnel");
      await compile(join(import.meta.dir, "support", "tunnel-program.ts"), program);
      const hide = 'mount -t tmpfs none "$1" && shift && exec "$@"';
      const { stdout, exited } = Bun.spawn(
        ["unshare", "--mount", "sh", "-c", hide, "sh", join(root, "node_modules"), program].concat(
          ...[String(host.port), me, home.path, seed, home.at("run")],
        ),
        { cwd: scratch, stdin: "ignore", stderr: "inherit" },
      );
      expect(await new Response(stdout).text()).toBe("told\n");
      expect(await exited).toBe(0);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);
