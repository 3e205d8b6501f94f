/** The machines that a document has its readers use, and somebody who types there what it says. */
import { eventually } from "../../cluster/support/eventually.ts";
import type { Host } from "../../cluster/support/host.ts";
import type { HostProcess } from "../../cluster/support/host-process.ts";
import { Lan } from "../../cluster/support/lan.ts";
import { type Block, blocksOf, fileNameOf } from "./document.ts";
import { type Command, commandsOf, comparable, isShown } from "./shown.ts";

/** Blocks `console lan` take three machines, whose names are in the prompts; blocks `console one` one that nobody else uses. */
export type Scenery = "lan" | "one";

const machines: Readonly<Record<Scenery, readonly string[]>> = { lan: ["h1", "h2", "h3"], one: ["n0"] };

/** Where everything is typed. */
const home = "/root";

/** How long a command may take, and how long it may take until something is as it is shown, in ms. */
const patience = 60_000;

/** What may be asked again until the answer is the one that is shown: people look again, too. */
const isLook =
  /^(?:cat|ls|mgmt (?:status|cluster (?:status|members|token list)|deploy (?:list|show)|pki show))\b/;

/** Says that an agent has begun with its work. */
const hasBegun = /deploy \d+ is in force|nothing is deployed for this host yet|graph of \d+ resources/;

/** Whether the commands of a block are for such machines. */
export function isPlayed({ flags }: Block): boolean {
  return sceneryOf(flags) !== undefined;
}

/** Whether a document has blocks for them. */
export function sceneriesOf(document: string): readonly Scenery[] {
  const found = blocksOf(document).flatMap(({ language, flags }) => {
    const scenery = language === "console" ? sceneryOf(flags) : undefined;
    return scenery === undefined ? [] : [scenery];
  });
  return [...new Set(found)];
}

/** Types all commands of one kind in a document, from top to bottom. @throws Error naming the first that does something else */
export async function play(document: string, scenery: Scenery): Promise<void> {
  await using lan = await Lan.create({ hosts: machines[scenery] });
  const stage = new Stage(lan.hosts);
  for (const block of blocksOf(document)) {
    const name = fileNameOf(block);
    if (name !== undefined) stage.save(name, block.text);
    if (block.language !== "console" || !block.flags.includes(scenery)) continue;
    for (const command of commandsOf(block))
      await stage.type(command, block.flags.includes("fails")).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${document}:${command.line}: ${command.text}\n${reason}`, { cause: error });
      });
  }
}

function sceneryOf(flags: readonly string[]): Scenery | undefined {
  return flags.includes("lan") ? "lan" : flags.includes("one") ? "one" : undefined;
}

class Stage {
  readonly #hosts: readonly Host[];
  /** What was started with `&`, by name of the host. */
  readonly #jobs = new Map<string, HostProcess[]>();
  /** The token that was printed last. */
  #token = "";

  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
  }

  /** Saves a file beside the commands, on every machine. */
  save(name: string, text: string): void {
    const absolute = name.startsWith("/") ? name : `${home}/${name}`;
    for (const host of this.#hosts) host.file(absolute).write(text);
  }

  /** @throws Error if it ends, or prints, other than it is shown */
  async type({ host: name, text, shown }: Command, fails: boolean): Promise<void> {
    const host = this.#hosts.find((each) => each.name === name) ?? this.#hosts[0];
    if (host === undefined) throw new Error("there is no machine");
    const typed = text.replaceAll("mgmt1.…", this.#token);
    const [, signal, job] = /^kill(?: -(\w+))? %(\d+)$/.exec(typed) ?? [];
    if (job !== undefined) return this.#kill(host, Number(job), signal);
    if (typed.endsWith(" &")) return this.#start(host, typed.slice(0, -2));
    let printed = "";
    const attempt = async (): Promise<boolean> => {
      const { status, stdout } = await host.exec(["sh", "-c", `exec 2>&1\n${typed}`], {
        cwd: home,
        timeout: patience,
      });
      printed = stdout;
      if ((status !== 0) !== fails) throw new Error(`ended with ${status}:\n${stdout}`);
      if (shown !== "" && !isShown(stdout, shown))
        throw new Error(`printed:\n${comparable(stdout)}and not:\n${comparable(shown)}`);
      return true;
    };
    if (isLook.test(typed)) await eventually(attempt, { within: patience, what: "it is as it is shown" });
    else await attempt();
    this.#token = /^mgmt1\.\S+$/m.exec(printed)?.[0] ?? this.#token;
  }

  async #start(host: Host, command: string): Promise<void> {
    const job = await host.spawn(["sh", "-c", `exec env ${command}`], { cwd: home });
    this.#jobs.set(host.name, [...(this.#jobs.get(host.name) ?? []), job]);
    await job.waitForLine(hasBegun, { within: patience });
  }

  async #kill(host: Host, number: number, signal: string | undefined): Promise<void> {
    const job = this.#jobs.get(host.name)?.[number - 1];
    if (job === undefined) throw new Error(`${host.name} has no job ${number}`);
    await job.kill(signal === "9" ? "SIGKILL" : signal === "INT" ? "SIGINT" : "SIGTERM");
  }
}
