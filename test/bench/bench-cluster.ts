/** A cluster of agents for benchmarks: each runs the executable, on loopback ports and with a working directory of its own. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { layoutOf } from "../../etcd/server/layout.ts";
import { openAdmin } from "../../src/agent/store/admin.ts";
import { nodeDirectories } from "../../src/agent/store/node-directories.ts";
import { withTests } from "../cluster/support/holder.ts";
import { freePort } from "../etcd/support/server.ts";
import { mgmt } from "./workbench.ts";

/** What is started does not outlive the bench, however that ends. */
const mortal = Bun.which("setpriv") === null ? [] : withTests;

/** One agent. */
export interface BenchNode {
  readonly name: string;
  readonly prefix: string;
  readonly startedAt: number;
  /** Milliseconds from its start until it says something. @throws Error if it ends without */
  says(text: string): Promise<number>;
  end(): Promise<void>;
}

/** Ends all its nodes when it is disposed of. */
export class BenchCluster implements AsyncDisposable {
  readonly nodes: BenchNode[] = [];
  readonly #folder: string;

  /** @param folder for everything, which is there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts a node, and does not wait. @param program for the first one; the others run what is deployed */
  async start(program: readonly string[] = []): Promise<BenchNode> {
    const name = `h${this.nodes.length + 1}`;
    const token = this.nodes.length === 0 ? [] : ["--token", await this.#token()];
    const [clients, servers, joining] = [await freePort(), await freePort(), await freePort()];
    const node = startNode(name, join(this.#folder, name), [
      ...["--client-urls", `https://127.0.0.1:${clients}`],
      ...["--server-urls", `https://127.0.0.1:${servers}`],
      ...["--join-urls", `https://127.0.0.1:${joining}`],
      ...token,
      ...program,
    ]);
    this.nodes.push(node);
    return node;
  }

  /** The first node, which others are asked by. */
  get first(): BenchNode {
    const [first] = this.nodes;
    if (first === undefined) throw new Error("there is no node yet");
    return first;
  }

  /** A client that may do everything, with all servers. */
  admin() {
    return openAdmin({ prefix: this.first.prefix, timeout: 20_000 });
  }

  /** Runs a command to its end, as on the first host. @throws Error if it fails */
  async command(...args: readonly string[]): Promise<string> {
    const running = Bun.spawn([...mortal, mgmt, ...args, "--prefix", this.first.prefix], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [text, errors] = await Promise.all([running.stdout.text(), running.stderr.text()]);
    if ((await running.exited) !== 0) throw new Error(`mgmt ${args.join(" ")}: ${errors}${text}`);
    return text.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end()));
  }

  #token(): Promise<string> {
    return this.command("cluster", "token");
  }
}

/** Ends the server of a node, as a fault of it would. */
export function killServer({ prefix }: BenchNode): void {
  const path = layoutOf(nodeDirectories(prefix).directory).process;
  const pid = Number(/\d+/.exec(readFileSync(path, "utf8"))?.[0]);
  process.kill(pid, "SIGKILL");
}

/** Starts an agent. @param options beside where it works */
export function startNode(name: string, prefix: string, options: readonly string[]): BenchNode {
  const startedAt = performance.now();
  const running = Bun.spawn([...mortal, mgmt, "run", "--prefix", prefix, "--hostname", name, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: { readonly text: string; readonly at: number }[] = [];
  let wake = Promise.withResolvers<void>();
  let hasEnded = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of running.stderr) {
      const at = performance.now() - startedAt;
      const texts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) lines.push({ text, at });
      wake.resolve();
      wake = Promise.withResolvers();
    }
    hasEnded = true;
    wake.resolve();
  };
  void read();
  return {
    name,
    prefix,
    startedAt,
    async says(text) {
      for (;;) {
        const found = lines.find((line) => line.text.includes(text));
        if (found !== undefined) return found.at;
        if (hasEnded)
          throw new Error(`${name} never said \`${text}\`: ${lines.map((line) => line.text).join("\n")}`);
        await wake.promise;
      }
    },
    async end() {
      running.kill("SIGTERM");
      const late = setTimeout(() => running.kill("SIGKILL"), 10_000);
      await running.exited;
      clearTimeout(late);
    },
  };
}

/** Waits for something to become so, looking often. @returns when it was so @throws Error after a minute */
export async function whenSo(isSo: () => boolean | Promise<boolean>, pauseMs = 2): Promise<number> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it never became so: ${isSo}`);
    await Bun.sleep(pauseMs);
  }
  return performance.now();
}

/** Makes a folder. @returns its path */
export async function folderIn(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}
