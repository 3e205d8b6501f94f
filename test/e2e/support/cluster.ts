import { TestServer } from "../../etcd/support/server.ts";
import { Agent } from "./agent.ts";
import { mgmt, type Result } from "./mgmt.ts";
import { Scratch } from "./scratch.ts";

/** A store, and the hosts that share it; `await using` ends all of it. */
export class Cluster implements AsyncDisposable {
  readonly scratch = new Scratch();
  readonly #agents: Agent[] = [];

  private constructor(readonly server: TestServer) {}

  static async start(): Promise<Cluster> {
    return new Cluster(await TestServer.start());
  }

  /** The URL of the store. */
  get seeds(): string {
    return this.server.url;
  }

  /** Starts the agent of a host, which runs what is deployed if it is given nothing else. */
  agent(name: string, args: readonly string[] = ["empty"]): Agent {
    const agent = new Agent(this.scratch, args, {}, { name, seeds: this.seeds });
    this.#agents.push(agent);
    return agent;
  }

  /** Writes a module of one file, in which `DIR` stands for the directory of the test. */
  module(name: string, code: string): string {
    this.scratch.program(code, `${name}/main.mcl`);
    return this.scratch.at(name);
  }

  /** Runs `mgmt deploy`, without a look at git. */
  deploy(...args: readonly string[]): Promise<Result> {
    return mgmt(["deploy", "--seeds", this.seeds, "--no-git", ...args], { cwd: this.scratch.path });
  }

  /** Deploys a program, and waits until it is in force everywhere. @throws Error with what was printed if it is not */
  async deployed(...args: readonly string[]): Promise<Result> {
    const result = await this.deploy("--wait", "--timeout", "40", ...args);
    if (result.status === 0) return result;
    const logs = this.#agents.map(({ log }) => log).join("\n---\n");
    throw new Error(`${result.stdout}\n${result.stderr}\n${logs}`);
  }

  /** Waits until the list of deploys says so: hosts tell of themselves soon, not at once. */
  async untilListed(
    wanted: readonly { readonly id: number; readonly runs: readonly string[] }[],
  ): Promise<void> {
    const end = performance.now() + 20_000;
    for (;;) {
      const { stdout } = await this.deploy("list", "--json");
      const listed: unknown = JSON.parse(stdout);
      const short = Array.isArray(listed) ? listed.map(({ id, runs }) => ({ id, runs })) : listed;
      if (Bun.deepEquals(short, wanted)) return;
      if (performance.now() > end)
        throw new Error(`it never came to be ${JSON.stringify(wanted)}: ${stdout}`);
    }
  }

  /** Waits until a file in the directory of the test has this text. */
  until(file: string, text: string): Promise<void> {
    const [agent] = this.#agents;
    if (agent === undefined) throw new Error("no agent runs");
    return agent.until(`${file} has ${JSON.stringify(text)}`, () => this.scratch.holds(file, text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent[Symbol.asyncDispose]()));
    await this.server[Symbol.asyncDispose]();
    this.scratch[Symbol.dispose]();
  }
}
