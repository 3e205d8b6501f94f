import { settingsOf } from "../../lang/meta.ts";
import { explainError } from "../os/errors.ts";
import { type ExportKey, exportKeyText } from "../world/export-store.ts";
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
      // Its graph may be gone by now, and then nobody would withdraw it.
      if (vertex.phase === "ended") return changed;
      this.#published.set(exportKeyText(key), key);
      if (await this.#environment.world.exports.put({ ...key, fields, meta })) changed = true;
    }
    vertex.exported = current;
    return changed;
  }

  /** Withdraws what none of these vertices exports. What cannot be withdrawn is logged, and tried again the next time. */
  async prune(vertices: Iterable<Vertex>): Promise<void> {
    if (this.#environment.noop) return;
    const { log, world } = this.#environment;
    if (!this.#hasAsked) await this.#ask();
    if (this.#published.size === 0) return;
    const wanted = new Set<string>();
    for (const vertex of vertices) for (const key of this.#keysOf(vertex)) wanted.add(exportKeyText(key));
    for (const [text, key] of [...this.#published]) {
      if (wanted.has(text)) continue;
      try {
        await world.exports.withdraw(key);
        this.#published.delete(text);
      } catch (error) {
        const what = `${key.kind}[${key.name}] to ${key.to}`;
        log("error", "engine", `cannot withdraw the export of ${what}: ${explainError(error)}`);
      }
    }
  }

  async #ask(): Promise<void> {
    const { hostname, log, world } = this.#environment;
    try {
      for (const record of await world.exports.list(hostname)) {
        this.#published.set(exportKeyText(record), record);
      }
      this.#hasAsked = true;
    } catch (error) {
      log("error", "engine", `cannot tell what was exported before: ${explainError(error)}`);
    }
  }

  #keysOf({ declared: { kind, name, meta } }: Vertex): readonly ExportKey[] {
    const from = this.#environment.hostname;
    return [...new Set(meta.export)].map((to) => ({ kind, name, from, to }));
  }
}
