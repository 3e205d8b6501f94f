import type { Chance } from "./chance.ts";
import { type Nature, randomNature } from "./nature.ts";
import type { AskedEdge, AskedGraph } from "./truth.ts";

/** Graphs over a few names, each with much of the one before. */
export class Graphs {
  readonly #names: readonly string[];
  readonly #natures = new Map<string, Nature>();
  readonly #edges = new Map<string, AskedEdge>();
  readonly #senders = new Map<string, string>();
  readonly #absent = new Set<string>();
  readonly #density: number;
  readonly #odd: number;
  #versions = 0;

  constructor(readonly chance: Chance) {
    this.#names = Array.from({ length: 2 + chance.below(5) }, (_, index) => `v${index}`);
    this.#density = 10 + chance.below(50);
    this.#odd = chance.pick([0, 3, 8, 15]) ?? 0;
    for (const name of this.#names) this.#change(name);
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The graph as it is now. */
  get current(): AskedGraph {
    const natures = new Map<string, Nature>();
    for (const name of this.#names) {
      const nature = this.#natures.get(name);
      if (nature !== undefined && !this.#absent.has(name)) natures.set(name, nature);
    }
    const edges = [...this.#edges.values()].filter(({ from, to }) => natures.has(from) && natures.has(to));
    const senders = new Map<string, string>();
    for (const [to, from] of this.#senders) {
      const sender = natures.get(from);
      const receiver = natures.get(to);
      if (sender === undefined || receiver === undefined || receiver.meta.noop) continue;
      if (sender.meta.hidden || sender.grouped) continue;
      // It would try for ever, for as long as its sender does not work.
      if (receiver.meta.retry === -1) continue;
      senders.set(to, from);
      if (!edges.some((edge) => edge.from === from && edge.to === to))
        edges.push({ from, to, notify: false });
    }
    return { natures, edges, senders };
  }

  /** Something is different in the next graph, or nothing. */
  next(): AskedGraph {
    const { chance } = this;
    const share = chance.pick([0, 10, 10, 30, 100]) ?? 0;
    for (const name of this.#names) {
      if (!chance.percent(share)) continue;
      if (chance.percent(40)) this.#toggle(name);
      else this.#change(name);
    }
    return this.current;
  }

  #toggle(name: string): void {
    if (!this.#absent.delete(name)) this.#absent.add(name);
  }

  #change(name: string): void {
    const { chance } = this;
    const isOnlyRewired = this.#natures.has(name) && chance.percent(40);
    if (!isOnlyRewired) this.#natures.set(name, randomNature(chance, name, ++this.#versions, this.#odd));
    const before = this.#names.slice(0, this.#names.indexOf(name));
    for (const from of before) {
      const key = `${from} ${name}`;
      if (chance.percent(this.#density)) this.#edges.set(key, { from, to: name, notify: chance.percent(60) });
      else this.#edges.delete(key);
    }
    const sender = chance.percent(15) ? chance.pick(before) : undefined;
    if (sender === undefined) this.#senders.delete(name);
    else this.#senders.set(name, sender);
  }
}
