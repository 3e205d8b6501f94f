/**
 * Finds kinds by name. Each kind's file is loaded when a program first mentions it, so that a program pays only for
 * the kinds it uses.
 */
import type { KindCatalogue } from "../../lang/kinds.ts";
import type { Value } from "../../lang/value.ts";
import type { Kind } from "./define.ts";
import { loaders } from "./index.ts";

export class Catalogue implements KindCatalogue {
  readonly names: readonly string[] = Object.keys(loaders).sort();
  readonly #loaded = new Map<string, Kind>();

  /** Loads what exists among `kinds`; unknown names are left for the caller's diagnostics. */
  async load(kinds: Iterable<string>): Promise<void> {
    await Promise.all(
      [...new Set(kinds)].map(async (name) => {
        const load = loaders[name];
        if (load !== undefined && !this.#loaded.has(name)) this.#loaded.set(name, await load());
      }),
    );
  }

  get(kind: string): Kind | undefined {
    return this.#loaded.get(kind);
  }

  constant(kind: string, param: string, name: string): Value | undefined {
    return this.#loaded.get(kind)?.constants[param]?.[name];
  }
}
