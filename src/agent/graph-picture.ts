import { resolve } from "node:path";
import { encodeBytes } from "../../lang/bytes.ts";
import type { DeclaredResource } from "../../lang/output/resource-graph.ts";
import { systemClock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { endsWithin } from "../engine/patience.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import { runProcess } from "../os/process.ts";
import { edgesOfGraph } from "./edge-data.ts";
import { graphDot } from "./graph-dot.ts";

/** The programs of Graphviz that read a graph and lay it out. */
const filters = ["dot", "neato", "twopi", "circo", "fdp", "sfdp", "patchwork", "osage"];
/** Milliseconds that the last picture has when the agent ends. */
const patience = 10_000;

export interface GraphPictureOptions {
  /** The host name goes behind it. */
  readonly file: string;
  /** The program that makes the picture. */
  readonly filter: string;
  readonly hostname: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/**
 * Draws the running graph after every swap (engine specification, 7.4): as a DOT file, and as a picture if the program for
 * that is installed. What goes wrong is logged, and is of no consequence otherwise.
 */
export class GraphPicture {
  readonly path: string;
  readonly #options: GraphPictureOptions;
  readonly #owner: { readonly uid?: number; readonly gid?: number };
  readonly #stop = new AbortController();
  #rendering: Promise<void> | undefined;
  /** There is a newer graph than the one that is being rendered. */
  #stale = false;
  /** Said once, for it would be the same after every swap. */
  #hopeless = false;

  constructor(options: GraphPictureOptions) {
    this.#options = options;
    this.path = `${resolve(options.file)}@${options.hostname}`;
    this.#owner = invokingUser(options.environment);
  }

  /** Draws a graph. @param declared what it was made from */
  draw(engine: Pick<Engine, "status" | "edges">, declared: readonly DeclaredResource[]): void {
    const vertices = engine.status().map(({ key, group }) => ({
      key,
      members: group.map(({ kind, name }) => `${kind}[${name}]`),
    }));
    const text = graphDot(vertices, edgesOfGraph(engine.edges(), declared));
    try {
      replaceFile(this.path, encodeBytes(`${text}\n`), { mode: 0o600, ...this.#owner });
    } catch (error) {
      this.#warn(explainError(error));
      return;
    }
    this.#stale = true;
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
  }

  /** Resolves when the last picture is there, or was given up. */
  async finish(): Promise<void> {
    if (this.#rendering !== undefined && !(await endsWithin(systemClock, patience, this.#rendering))) {
      this.#stop.abort();
    }
  }

  /** One picture at a time; graphs that came meanwhile but for the last have none. */
  async #render(): Promise<void> {
    while (this.#stale && !this.#hopeless) {
      this.#stale = false;
      try {
        await this.#renderOnce();
      } catch (error) {
        this.#hopeless = errorCode(error) === "ENOENT";
        if (!this.#stop.signal.aborted) this.#warn(explainError(error));
      }
    }
  }

  async #renderOnce(): Promise<void> {
    const { filter, environment } = this.#options;
    if (!filters.includes(filter)) {
      this.#hopeless = true;
      throw new Error(`no picture: --graphviz-filter is one of ${filters.join(", ")}, not ${filter}`);
    }
    const { exitCode, stdout, stderr } = await runProcess(
      { argv: [filter, "-Tpng", this.path], env: { PATH: environment.PATH ?? "" }, ...this.#owner },
      { signal: this.#stop.signal },
    );
    if (exitCode !== 0) throw new Error(`${filter} has failed: ${stderr.trim()}`);
    replaceFile(`${this.path}.png`, encodeBytes(stdout), { mode: 0o600, ...this.#owner });
  }

  #warn(message: string): void {
    this.#options.log("warn", "graphviz", message);
  }
}

/** Who called `sudo`: files that a person asks for are theirs, and no program is run as root for them. */
function invokingUser({ SUDO_UID, SUDO_GID }: GraphPictureOptions["environment"]): {
  readonly uid?: number;
  readonly gid?: number;
} {
  if (process.getuid?.() !== 0 || !/^\d+$/.test(SUDO_UID ?? "")) return {};
  return { uid: Number(SUDO_UID), ...(/^\d+$/.test(SUDO_GID ?? "") ? { gid: Number(SUDO_GID) } : {}) };
}
