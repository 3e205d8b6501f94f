import { settingsOf } from "../../lang/meta.ts";
import { explainError } from "../os/errors.ts";
import { type ExportKey, exportKeyText } from "../world/export-store.ts";
import { isPassing } from "../world/passing.ts";
import type { EngineEnvironment } from "./environment.ts";
import type { Vertex } from "./vertex.ts";

/**
 * Keeps what this host exports (engine specification, 5.5): a resource is put into the world's store in its run, and
 * withdrawn once no graph has it any more. What an earlier process left there is withdrawn likewise. Nothing is
 * withdrawn when the agent ends.
 */
export class Exporter {
  readonly #environment: EngineEnvironment;
  /** What this host has in the store, by key text; all of it once the store has been asked. */
  readonly #published = new Map<string, ExportKey>();
  #hasAsked = false;
  /** By key text: resolves when all that was asked for so far has been done, well or not. */
  readonly #changing = new Map<string, Promise<void>>();
  /** The keys of what a graph exports. */
  #wanted: { readonly vertices: ReadonlyMap<string, Vertex>; readonly keys: ReadonlySet<string> } | undefined;

  constructor(environment: EngineEnvironment) {
    this.#environment = environment;
  }

  /** Whether the store may lack the resource as it is now. */
  isDue(vertex: Vertex): boolean {
    return vertex.meta.export.length > 0 && !vertex.noop && vertex.exported !== vertex.current;
  }

  /** @returns whether the store has changed. @throws what the store throws */
  async export(vertex: Vertex): Promise<boolean> {
    const { current } = vertex;
    const { fields } = current;
    const { export: addressees, ...rest } = current.meta;
    const meta = settingsOf({ ...rest, export: [] });
    let changed = false;
    for (const key of this.#keysOf(vertex)) {
      const text = exportKeyText(key);
      const put = async (): Promise<boolean> => {
        // Its graph may be gone by now, and then nobody would withdraw it.
        if (vertex.phase === "ended") return false;
        this.#published.set(text, key);
        return this.#environment.world.exports.put({ ...key, fields, meta });
      };
      if (await this.#inTurn(text, put)) changed = true;
    }
    vertex.exported = current;
    return changed;
  }

  /**
   * Withdraws what no vertex exports. What cannot be withdrawn is logged, and tried again the next time.
   * @returns false if that is because the store is away, and so may be soon
   * @param running by id: the graph as it is when asked; undefined while, or once, nothing is to be withdrawn
   */
  async prune(running: () => ReadonlyMap<string, Vertex> | undefined): Promise<boolean> {
    if (running() === undefined) return true;
    const { log, world } = this.#environment;
    let isAway = !this.#hasAsked && !(await this.#ask());
    for (const [text, key] of [...this.#published]) {
      const withdraw = async (): Promise<void> => {
        const vertices = running();
        if (vertices === undefined || this.#wantedBy(vertices).has(text)) return;
        await world.exports.withdraw(key);
        this.#published.delete(text);
      };
      try {
        await this.#inTurn(text, withdraw);
      } catch (error) {
        isAway ||= isPassing(error);
        const what = `${key.kind}[${key.name}] to ${key.to}`;
        const level = isPassing(error) ? "debug" : "error";
        log(level, "engine", `cannot withdraw the export of ${what}: ${explainError(error)}`);
      }
    }
    return !isAway;
  }

  /** A record is changed by one at a time, and what was asked for last is done last. */
  #inTurn<T>(text: string, change: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(text);
    const changed = before === undefined ? change() : before.then(change);
    const over: Promise<void> = changed.then(
      () => this.#forgetTurn(text, over),
      () => this.#forgetTurn(text, over),
    );
    this.#changing.set(text, over);
    return changed;
  }

  #forgetTurn(text: string, turn: Promise<void>): void {
    if (this.#changing.get(text) === turn) this.#changing.delete(text);
  }

  #wantedBy(vertices: ReadonlyMap<string, Vertex>): ReadonlySet<string> {
    if (this.#wanted?.vertices !== vertices) {
      const keys = [...vertices.values()].flatMap((vertex) => this.#keysOf(vertex));
      this.#wanted = { vertices, keys: new Set(keys.map(exportKeyText)) };
    }
    return this.#wanted.keys;
  }

  /** @returns false if the store is away */
  async #ask(): Promise<boolean> {
    const { hostname, log, world } = this.#environment;
    try {
      for (const record of await world.exports.list(hostname)) {
        this.#published.set(exportKeyText(record), record);
      }
      this.#hasAsked = true;
      return true;
    } catch (error) {
      const level = isPassing(error) ? "debug" : "error";
      log(level, "engine", `cannot tell what was exported before: ${explainError(error)}`);
      return !isPassing(error);
    }
  }

  #keysOf({ declared: { kind, name, meta } }: Vertex): readonly ExportKey[] {
    const from = this.#environment.hostname;
    return [...new Set(meta.export)].map((to) => ({ kind, name, from, to }));
  }
}
