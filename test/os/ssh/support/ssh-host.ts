/** Hosts to connect to through SSH: a real sshd on loopback, with keys and settings of its own. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { accounts } from "../../../../src/os/accounts.ts";
import type { ConnectionTimings, SshAccess } from "../../../../src/os/ssh/connection.ts";
import type { Surroundings } from "../../../../src/os/ssh/surroundings.ts";
import { parseSshTarget } from "../../../../src/os/ssh/target.ts";
import { freePort } from "../../../etcd/support/server.ts";
import { asRootWith } from "../../../support/needs.ts";

const sshd = Bun.which("sshd") ?? Bun.which("sshd", { PATH: "/usr/sbin:/usr/local/sbin" });

if (sshd === null) console.error("there is no sshd to test with: install openssh-server");

/** A `test` that runs only where there is a server of SSH, and as root, for which it needs a namespace. */
export const withSshd = asRootWith("setpriv", "unshare", "ssh-keygen", "ssh-agent", "ssh-add").skipIf(
  sshd === null,
);

/** Who can log in to the hosts of tests. */
export const me = accounts.userById(process.getuid?.() ?? 0)?.name ?? "root";

/** In tests nothing is far away. */
export const timings: ConnectionTimings = { patience: 5000, keepAlive: 200 };

/** A machine to connect from: a home directory with what ssh(1) would look at, and keys. */
export class SshHome implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-ssh-"));
  agentSocket: string | undefined;

  get surroundings(): Surroundings {
    return { home: this.path, systemDirectory: this.at("etc"), agentSocket: this.agentSocket };
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Makes a file below `.ssh`. */
  write(name: string, text: string): string {
    const path = join(this.path, ".ssh", name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    chmodSync(path, 0o600);
    return path;
  }

  /** Makes a key below `.ssh`. @returns its path */
  makeKey(name: string, options: readonly string[] = ["-t", "ed25519"], passphrase = ""): string {
    const path = join(this.path, ".ssh", name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    run("ssh-keygen", "-q", ...options, "-N", passphrase, "-C", name, "-f", path);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An SSH agent, and its keys. */
export class Agent implements AsyncDisposable {
  readonly #process: Bun.Subprocess;
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
    this.#process = Bun.spawn(["setpriv", "--pdeathsig", "KILL", "ssh-agent", "-D", "-a", socket], {
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  /** In the home, whose agent it is from now on. */
  static async start(home: SshHome): Promise<Agent> {
    const agent = new Agent(home.at("agent"));
    while (Bun.spawnSync(["ssh-add", "-l"], { env: agent.#environment }).exitCode === 2) await Bun.sleep(5);
    home.agentSocket = agent.#socket;
    return agent;
  }

  add(path: string, passphrase = ""): void {
    const answer = `${path}.answer`;
    writeFileSync(answer, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 });
    const env = { ...this.#environment, SSH_ASKPASS: answer, SSH_ASKPASS_REQUIRE: "force" };
    const { success, stderr } = Bun.spawnSync(["ssh-add", "-q", path], { env });
    rmSync(answer);
    if (!success) throw new Error(stderr.toString());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
  }

  get #environment() {
    return { ...process.env, SSH_AUTH_SOCK: this.#socket };
  }
}

/** A server of SSH that is up. */
export class SshHost implements AsyncDisposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-sshd-"));
  readonly #settings: readonly string[];
  #process: Bun.Subprocess | undefined;

  private constructor(
    readonly port: number,
    settings: readonly string[],
  ) {
    this.#settings = settings;
  }

  /** @param settings lines of its `sshd_config` that count more than those of all @param types of its keys */
  static async start(
    settings: readonly string[] = [],
    types: readonly string[] = ["ed25519"],
  ): Promise<SshHost> {
    const host = new SshHost(await freePort(), settings);
    for (const type of types) host.makeHostKey(type);
    writeFileSync(host.#at("authorized_keys"), "");
    await host.restart();
    return host;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get log(): string {
    return readFileSync(this.#at("log"), "utf8");
  }

  /** `TYPE BASE64` of its key of a type. */
  hostKey(type = "ed25519"): string {
    return readFileSync(this.#at(`host_${type}.pub`), "utf8")
      .split(" ")
      .slice(0, 2)
      .join(" ");
  }

  /** A line for `known_hosts`. */
  knownBy(type = "ed25519", name = `[127.0.0.1]:${this.port}`): string {
    return `${name} ${this.hostKey(type)}\n`;
  }

  /** Replaces or adds one; counts from the next start on. */
  makeHostKey(type: string): void {
    rmSync(this.#at(`host_${type}`), { force: true });
    run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", this.#at(`host_${type}`));
  }

  /** Lets in who has the key. @param path of the private one @param options as in `authorized_keys` */
  admit(path: string, options = ""): void {
    const line = `${options}${options === "" ? "" : " "}${readFileSync(`${path}.pub`, "utf8")}`;
    writeFileSync(this.#at("authorized_keys"), line, { flag: "a" });
  }

  /** Lets in nobody any more. */
  admitNobody(): void {
    writeFileSync(this.#at("authorized_keys"), "");
  }

  access(more: Partial<SshAccess> = {}): SshAccess {
    return { ...accessTo(`${me}@${this.address}`), ...more };
  }

  /** Starts it again after {@link kill}. */
  async restart(): Promise<void> {
    const keys = [...new Bun.Glob("host_*.pub").scanSync(this.#directory)].map((name) =>
      this.#at(name.replace(/\.pub$/, "")),
    );
    const settings = [
      ...this.#settings,
      `Port ${this.port}`,
      "ListenAddress 127.0.0.1",
      ...keys.map((path) => `HostKey ${path}`),
      `AuthorizedKeysFile ${this.#at("authorized_keys")}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      "MaxStartups 100",
      "LogLevel VERBOSE",
    ];
    writeFileSync(this.#at("sshd_config"), `${settings.join("\n")}\n`);
    // It insists on a directory of its own in /run; and what it starts for each connection ends with it.
    const script = 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$0" -D -f "$1" -E "$2"';
    const alone = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"];
    const spawned = Bun.spawn(
      [...alone, "sh", "-c", script, sshd ?? "sshd", this.#at("sshd_config"), this.#at("log")],
      { stdio: ["ignore", "ignore", "ignore"] },
    );
    this.#process = spawned;
    while (!(await isListening(this.port))) {
      if (spawned.exitCode !== null) throw new Error(this.log);
      await Bun.sleep(5);
    }
  }

  /** Ends it without a warning, and all connections. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.exited;
    // What it started in the namespace goes a moment later.
    while (await isListening(this.port)) await Bun.sleep(5);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #at(name: string): string {
    return join(this.#directory, name);
  }
}

export function accessTo(text: string): SshAccess {
  const target = parseSshTarget(text);
  if ("flaw" in target) throw new Error(target.flaw);
  return { target, hostKey: undefined, identityFile: undefined };
}

async function isListening(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}

function run(...command: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([...command]);
  if (!success) throw new Error(stderr.toString());
}
