/**
 * The resources of a graph under construction, by kind and name. Identical duplicates collapse, compatible ones merge,
 * other duplicates are an error; hidden resources are kept apart, and there may be several of one key.
 */
import { type Diagnostic, diagnostic, place } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import { isList } from "../value.ts";
import { type DeclaredResource, printKey, type ResourceKey } from "./resource-graph.ts";
import { differenceOf, mergedFields } from "./same-resource.ts";

interface Entry {
  /** Index of the one that is not hidden. */
  normal: number | undefined;
  hidden: number[] | undefined;
}

export class ResourceTable {
  /** In the order in which they were first declared. */
  readonly resources: DeclaredResource[] = [];
  readonly problems: Diagnostic[] = [];
  readonly #byKind = new Map<string, Map<string, Entry>>();
  readonly #exports = new Map<string, DeclaredResource>();
  readonly #kinds: KindCatalogue;

  constructor(kinds: KindCatalogue) {
    this.#kinds = kinds;
  }

  add(resource: DeclaredResource): void {
    if (!this.#claimExports(resource)) return;
    const entry = this.#entry(resource);
    if (resource.meta.get("hidden") === true) {
      entry.hidden ??= [];
      const last = this.resources[entry.hidden.at(-1) ?? -1];
      if (last === undefined || this.#difference(last, resource) !== undefined) {
        entry.hidden.push(this.#store(resource));
      }
      return;
    }
    const first = entry.normal === undefined ? undefined : this.resources[entry.normal];
    if (first === undefined) {
      entry.normal = this.#store(resource);
      return;
    }
    const difference = this.#difference(first, resource);
    if (difference === undefined) return;
    const schema = this.#kinds.get(resource.kind);
    const fields = schema && mergedFields(first, resource, schema);
    if (entry.normal !== undefined && fields !== undefined) {
      this.resources[entry.normal] = { ...first, fields };
      return;
    }
    const message = `duplicate resource \`${printKey(resource)}\`, declared differently: ${difference}`;
    this.#report("duplicate-resource", message, first, resource);
  }

  /** Indices of all resources of that key: the normal one, then hidden ones. */
  find(key: ResourceKey): readonly number[] {
    const entry = this.#byKind.get(key.kind)?.get(key.name);
    if (entry === undefined) return [];
    const normal = entry.normal === undefined ? [] : [entry.normal];
    return entry.hidden === undefined ? normal : [...normal, ...entry.hidden];
  }

  /** The names there are of a kind. */
  names(kind: string): Iterable<string> {
    return this.#byKind.get(kind)?.keys() ?? [];
  }

  #entry({ kind, name }: ResourceKey): Entry {
    let byName = this.#byKind.get(kind);
    if (byName === undefined) {
      byName = new Map();
      this.#byKind.set(kind, byName);
    }
    let entry = byName.get(name);
    if (entry === undefined) {
      entry = { normal: undefined, hidden: undefined };
      byName.set(name, entry);
    }
    return entry;
  }

  #difference(first: DeclaredResource, second: DeclaredResource): string | undefined {
    const schema = this.#kinds.get(first.kind);
    return schema === undefined ? undefined : differenceOf(first, second, schema);
  }

  #store(resource: DeclaredResource): number {
    return this.resources.push(resource) - 1;
  }

  #claimExports(resource: DeclaredResource): boolean {
    const hosts = resource.meta.get("export");
    if (hosts === undefined || !isList(hosts)) return true;
    for (const host of hosts) {
      const claim = [resource.kind, resource.name, host].join("\0");
      const first = this.#exports.get(claim);
      if (first === undefined) {
        this.#exports.set(claim, resource);
        continue;
      }
      const difference = this.#difference(first, resource);
      if (difference === undefined) continue;
      const message = `duplicate export of \`${printKey(resource)}\` to ${host}, declared differently: ${difference}`;
      this.#report("duplicate-export", message, first, resource);
      return false;
    }
    return true;
  }

  #report(code: string, message: string, first: DeclaredResource, second: DeclaredResource): void {
    const notes = first.span === undefined ? [] : [`the other one is at ${place(first.span)}`];
    this.problems.push(diagnostic("output", code, message, second.span, { notes, focus: second.head }));
  }
}
