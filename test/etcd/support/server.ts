/** Servers of etcd for tests: real ones, in a directory of their own, on UNIX sockets, perhaps on loopback too. */
import { test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../../etcd/cache.ts";
import { programVersion } from "../../../etcd/program-version.ts";
import { stage } from "../../../etcd/stage.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";

/** What `MGMT_ETCD_BINARY` names, else what was obtained for the executable, else what is installed. */
export const etcdBinary: string | undefined = process.env.MGMT_ETCD_BINARY ?? (await staged());

if (etcdBinary === undefined)
  console.error("there is no etcd server to test with: install one, or name one with MGMT_ETCD_BINARY");

/** Of that; only asked for where there is one. */
export const etcdVersion = etcdBinary === undefined ? "0.0.0" : programVersion(etcdBinary);

/** A `test` that runs only where there is a server of etcd. */
export const withEtcd = test.skipIf(etcdBinary === undefined);

/** Beside what builds obtain, so that it is unpacked once and not for every file of tests. */
async function staged(): Promise<string | undefined> {
  const options = {
    directory: join(cacheDirectory, "staged"),
    files: { replaceFile, tryLock },
    environment: { PATH: process.env.PATH },
  };
  try {
    return (await stage("etcd", options)).path;
  } catch {
    return undefined;
  }
}

/** A server that is up. What it keeps outlives its process, and goes when the object is disposed of. */
export class TestServer implements AsyncDisposable {
  readonly #directory: string;
  readonly #name: string;
  readonly #cluster: readonly string[];
  readonly #options: readonly string[];
  #process: Bun.Subprocess | undefined;

  private constructor(
    directory: string,
    name: string,
    cluster: readonly string[],
    options: readonly string[],
  ) {
    this.#directory = directory;
    this.#name = name;
    this.#cluster = cluster;
    this.#options = options;
  }

  /** @param options further ones of the command line */
  static async start(...options: readonly string[]): Promise<TestServer> {
    const directory = mkdtempSync(join(tmpdir(), "mgmt-etcd-"));
    const server = new TestServer(directory, "m1", ["m1"], options);
    await server.restart();
    return server;
  }

  /** Members of one cluster. */
  static async startCluster(size: number): Promise<readonly TestServer[]> {
    const directory = mkdtempSync(join(tmpdir(), "mgmt-etcd-"));
    const names = Array.from({ length: size }, (_, index) => `m${index + 1}`);
    const servers = names.map((name) => new TestServer(directory, name, names, []));
    await Promise.all(servers.map((server) => server.restart()));
    return servers;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The URL of its socket. */
  get url(): string {
    return `unix://${this.#socket}`;
  }

  get #socket(): string {
    return join(this.#directory, `${this.#name}.client:0`);
  }

  get #data(): string {
    return join(this.#directory, `${this.#name}.data`);
  }

  /** Starts it again after {@link kill}, with what it kept. */
  async restart(): Promise<void> {
    for (const name of ["client", "peer"])
      rmSync(join(this.#directory, `${this.#name}.${name}:0`), { force: true });
    const log = Bun.file(join(this.#directory, `${this.#name}.log`));
    const spawned = Bun.spawn([etcdBinary ?? "etcd", ...this.#commandLine()], {
      cwd: this.#directory,
      stdio: ["ignore", log, log],
    });
    this.#process = spawned;
    while (!(await this.#isHealthy())) {
      if (spawned.exitCode !== null) throw new Error(readFileSync(log.name ?? "", "utf8"));
      await Bun.sleep(10);
    }
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.exited;
  }

  /** Ends it, and has it forget everything. */
  async wipe(): Promise<void> {
    await this.kill();
    rmSync(this.#data, { recursive: true });
  }

  /** It keeps its connections and answers nothing, until {@link resume}. */
  suspend(): void {
    this.#process?.kill("SIGSTOP");
    // Its threads go on for a moment, each for itself.
    const tasks = `/proc/${this.#process?.pid}/task`;
    const isStopped = (task: string): boolean =>
      /\) [Tt] /.test(readFileSync(`${tasks}/${task}/stat`, "utf8"));
    while (!readdirSync(tasks).every(isStopped));
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const response = await fetch("http://etcd/health", { unix: this.#socket });
      return (await response.text()).includes('"true"');
    } catch {
      return false;
    }
  }

  #commandLine(): readonly string[] {
    const peer = (name: string): string => `unix://${name}.peer:0`;
    const listen = `unix://${this.#name}.client:0`;
    const given = this.#options.includes("--listen-client-urls");
    return [
      ...["--name", this.#name, "--data-dir", this.#data, "--logger", "zap", "--log-level", "error"],
      ...["--initial-cluster", this.#cluster.map((name) => `${name}=${peer(name)}`).join(",")],
      ...["--listen-peer-urls", peer(this.#name), "--initial-advertise-peer-urls", peer(this.#name)],
      ...(given ? [] : ["--listen-client-urls", listen]),
      ...["--advertise-client-urls", listen],
      ...this.#options.map((option) => option.replace("SOCKET", listen)),
    ];
  }
}

/** A port of loopback that nobody listens at. */
export async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject()));
  });
  return promise;
}
