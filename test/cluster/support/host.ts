import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { binary } from "../../e2e/support/binary.ts";
import type { Result } from "../../e2e/support/mgmt.ts";
import { before, eventually, late } from "./eventually.ts";
import { Holder, holding } from "./holder.ts";
import { type Calling, HostProcess } from "./host-process.ts";
import { namespaceOf, type ProcessEntry, processesIn } from "./process-table.ts";

/** How long a command may take that has no other limit, in ms. */
const patienceMs = 20_000;

export interface Running extends Calling {
  /** In ms, after which it is killed and the call throws. */
  readonly timeout?: number;
}

/** Where a host is attached, and what it is like. */
export interface HostOptions {
  readonly name: string;
  readonly address: string;
  /** The first process of the namespaces that the bridge is in. */
  readonly lan: number;
  /** The text of `/etc/hosts`. */
  readonly names: string;
  /** In MiB. */
  readonly disk: number;
}

/** The default of `--prefix`, and a disk of its own. */
export const prefix = "/var/lib/mgmt";

/**
 * What looks like a machine to the processes on it. It sees the files of this machine, and what it changes nobody else sees. The executable
 * is `/usr/local/bin/mgmt`. `/var/lib/mgmt`, `/run` and `/tmp` are empty at first.
 *
 * It has the clock of this machine: Linux has no namespaces for the time of day, and libraries that pretend another are not
 * asked by etcd, which is linked statically.
 */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly #holder: Holder;
  readonly #disk: number;
  readonly #processes = new Set<HostProcess>();
  /** Otherwise it is the one of this machine, mounted. */
  #hasOwnBinary = false;

  private constructor({ name, address, disk }: HostOptions, holder: Holder) {
    this.name = name;
    this.address = address;
    this.#disk = disk;
    this.#holder = holder;
  }

  static async start(options: HostOptions): Promise<Host> {
    const { name, address, lan, names, disk } = options;
    return new Host(
      options,
      await Holder.start(
        ["nsenter", `--target=${lan}`, "--mount", "--net", "--pid", "--"].concat(
          ["unshare", "--mount", "--net", "--uts", "--ipc", "--"],
          ["sh", "-ec", script, "sh", name, address, binary, `${disk}m`, names],
        ),
      ),
    );
  }

  /** Runs the executable to its end. @throws Error if it does not end in time */
  run(args: readonly string[], running: Running = {}): Promise<Result> {
    return this.exec(["mgmt", ...args], running);
  }

  /** Runs any command to its end. @throws Error if it does not end in time */
  async exec(
    command: readonly string[],
    { timeout = patienceMs, ...calling }: Running = {},
  ): Promise<Result> {
    const running = await this.spawn(command, calling);
    const exit = await before(timeout, running.exited);
    if (exit !== late) return { status: exit.status, stdout: running.stdout, stderr: running.stderr };
    await running.kill();
    throw new Error(
      `${command.join(" ")} on ${this.name} has not ended after ${timeout} ms: ${running.lines.join("\n")}`,
    );
  }

  /** Starts the executable. @returns once it runs */
  start(args: readonly string[], calling: Calling = {}): Promise<HostProcess> {
    return this.spawn(["mgmt", ...args], calling);
  }

  /** Starts any command. @returns once it runs */
  async spawn(command: readonly string[], calling: Calling = {}): Promise<HostProcess> {
    const started = await HostProcess.start(this.#holder.pid, command, calling);
    this.#processes.add(started);
    void started.exited.then(() => this.#processes.delete(started));
    return started;
  }

  /** Runs a shell command. @returns what it prints @throws Error if it fails */
  async shell(command: string): Promise<string> {
    const { status, stdout, stderr } = await this.exec(["sh", "-ec", command]);
    if (status !== 0) throw new Error(`${command} on ${this.name}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Whether somebody takes connections there, within so many ms. */
  async reaches(to: { readonly address: string }, port: number, within = 500): Promise<boolean> {
    const attempt = `: </dev/tcp/${to.address}/${port}`;
    return (await this.exec(["timeout", `${within / 1000}`, "bash", "-c", attempt])).status === 0;
  }

  /**
   * Where the tests find a file of the host, or a socket: with it they may speak to a server there whatever the network is
   * like. Absolute symbolic links on the way would lead out of the host.
   */
  path(path: string): string {
    return `/proc/${this.#holder.pid}/root${path}`;
  }

  /**
   * Puts another executable in the place of `/usr/local/bin/mgmt`, as one copies it on a machine: what runs goes on as what it was.
   */
  async install(executable: string): Promise<void> {
    const target = this.path("/usr/local/bin/mgmt");
    copyFileSync(executable, `${target}.new`);
    chmodSync(`${target}.new`, 0o755);
    if (!this.#hasOwnBinary) await this.shell("umount -l /usr/local/bin/mgmt");
    this.#hasOwnBinary = true;
    await this.shell("mv /usr/local/bin/mgmt.new /usr/local/bin/mgmt");
  }

  file(path: string): HostFile {
    return new HostFile(this.path(path));
  }

  /** What runs there; the process that keeps the host itself is not part of it. */
  processes(): readonly ProcessEntry[] {
    const namespace = namespaceOf(this.#holder.pid, "pid");
    if (namespace === undefined) return [];
    return processesIn("pid", namespace).filter(({ pid }) => pid !== this.#holder.pid);
  }

  /** Those whose parent has ended before them. */
  orphans(): readonly ProcessEntry[] {
    return this.processes().filter(({ parent }) => parent === this.#holder.pid);
  }

  /** Nothing more can be written below {@link prefix}. */
  async fillDisk(): Promise<void> {
    // For tmpfs a size of 0 is none. What is being written meanwhile makes this fail.
    const shrink = `used=$(df --output=used ${prefix} | tr -cd 0-9)
      exec mount -o remount,size=$((used > 4 ? used : 4))k ${prefix}`;
    await eventually(() => this.shell(shrink), { what: `the disk of ${this.name} is full` });
  }

  async freeDisk(): Promise<void> {
    await this.shell(`mount -o remount,size=${this.#disk}m ${prefix}`);
  }

  /**
   * Ends all processes at once, without a warning. What was on the disk stays. The kernel still tells whoever was connected; isolate
   * the host first if it is to fall silent, as machines do.
   */
  async crash(): Promise<void> {
    await this.exec(["sh", "-c", "kill -KILL -1"]);
    await eventually(() => this.processes().length === 0, {
      what: `nothing runs on ${this.name}`,
      explain: () => JSON.stringify(this.processes()),
    });
    this.release();
    await Promise.all([...this.#processes].map(({ exited }) => exited));
  }

  /** Has nothing that was paused keep the host from ending. */
  release(): void {
    for (const each of this.#processes) each.release();
  }

  /** What is left is a machine that has never had mgmt: nothing runs, nothing is on the disk. */
  async reset(): Promise<void> {
    await this.crash();
    await this.freeDisk();
    await this.shell(`find ${prefix} /run /tmp -mindepth 1 -delete`);
  }
}

/** A file of a host. */
class HostFile {
  constructor(readonly path: string) {}

  exists(): boolean {
    return existsSync(this.path);
  }

  read(): string {
    return readFileSync(this.path, "utf8");
  }

  /** The names in a directory. */
  list(): readonly string[] {
    return readdirSync(this.path);
  }

  /** Directories on the way are made. */
  write(content: string | Uint8Array): void {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, content);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Runs in the process namespace of the bridge, whose first process has the bridge. Arguments: name, address, the executable, size of the disk,
 * `/etc/hosts`. Nothing is made on this machine itself: `/run` is covered in a mount namespace before anything is put there.
 */
const script = `
name=$1 address=$2 binary=$3 disk=$4 names=$5
ip -batch - <<END
link set lo up
link add eth0 type veth peer name to-$name netns 1
address add $address/24 dev eth0
link set eth0 up
END
nsenter --net=/proc/1/ns/net ip link set to-$name master lan up
printf %s "$name" > /proc/sys/kernel/hostname
mount -t tmpfs tmpfs /run
cd /run
mkdir upper work root
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
cd root
mount --rbind /dev dev
mount -t tmpfs tmpfs dev/shm
mount -t sysfs sysfs sys
mount -t proc proc proc
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p var/lib/mgmt usr/local/bin
mount -t tmpfs -o mode=755,size=$disk tmpfs var/lib/mgmt
rm -f usr/local/bin/mgmt etc/hosts etc/hostname etc/resolv.conf etc/machine-id
touch usr/local/bin/mgmt etc/resolv.conf
mount --bind "$binary" usr/local/bin/mgmt
printf %s "$names" > etc/hosts
echo "$name" > etc/hostname
tr -d - < /proc/sys/kernel/random/uuid > etc/machine-id
pivot_root . .
umount -l .
cd /
exec unshare --pid --fork --kill-child sh -ec 'mount -t proc proc /proc; ${holding}'
`;
