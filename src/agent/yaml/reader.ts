import { type Diagnostic, diagnostic, type Phase, place, type Span } from "../../../lang/diagnostic.ts";
import { nearest } from "../../../lang/suggest.ts";
import type { Entry, Item, MapItem } from "./parse-yaml.ts";

/** Takes YAML apart, and notes everything that is not as it should be. */
export class Reader {
  readonly problems: Diagnostic[] = [];

  refuse(phase: Phase, code: string, message: string, span: Span, help?: string): void {
    this.problems.push(diagnostic(phase, code, message, span, { help }));
  }

  /** The values of a map by key, all of them among `known`; keys without a value are left out. @param what for messages: `an edge` */
  map(item: Item, what: string, known: readonly string[]): ReadonlyMap<string, Item> {
    const entries = this.entries(item, what, known);
    for (const { key, keySpan } of entries) {
      if (!known.includes(key)) this.unknownKey(key, keySpan, what, known);
    }
    return new Map(entries.filter(hasValue).map(({ key, value }) => [key, value]));
  }

  /** @param known what keys it may have, to say so if it is no map */
  entries(item: Item, what: string, known: readonly string[]): MapItem["entries"] {
    if (item.kind === "map") return item.entries;
    this.refuse("init", "wrong-shape", `${what} must be a map`, item.span, `its keys are ${listed(known)}`);
    return [];
  }

  /** The pieces of a list; none where there is none. */
  list(item: Item | undefined, what: string): readonly Item[] {
    if (item === undefined) return [];
    if (item.kind === "list") return item.items;
    this.refuse(
      "init",
      "wrong-shape",
      `${what} must be a list`,
      item.span,
      "begin each of its parts with `- `",
    );
    return [];
  }

  /** Text that must be there. @param parent what to blame if it is not */
  text(item: Item | undefined, what: string, parent: Span): string | undefined {
    if (item === undefined) this.refuse("init", "missing-key", `${what} is missing`, parent);
    else if (item.kind !== "scalar") this.refuse("init", "wrong-shape", `${what} must be text`, item.span);
    else if (item.text === "") this.refuse("init", "missing-key", `${what} is empty`, item.span);
    else return item.text;
    return undefined;
  }

  /** @returns undefined where there is none, or where it is something else, which is noted */
  flag(item: Item | undefined, what: string): boolean | undefined {
    if (item === undefined) return undefined;
    if (item.kind === "scalar" && typeof item.value === "boolean") return item.value;
    this.refuse("type", "type-mismatch", `${what} must be true or false`, item.span);
    return undefined;
  }

  unknownKey(key: string, span: Span, what: string, known: readonly string[]): void {
    const meant = nearest(key, known);
    const help = meant === undefined ? `its keys are ${listed(known)}` : didYouMean(meant);
    this.refuse("init", "unknown-key", `${what} has no key \`${key}\``, span, help);
  }

  twice(what: string, span: Span, first: Span): void {
    const notes = [`the other one is at ${place(first)}`];
    this.problems.push(diagnostic("init", "duplicate-key", `${what} is set twice`, span, { notes }));
  }
}

export function didYouMean(word: string): string {
  return `did you mean \`${word}\`?`;
}

/** A key without a value says as much as no key. */
export function hasValue({ value }: Entry): boolean {
  return value.kind !== "scalar" || value.value !== null;
}

function listed(words: readonly string[]): string {
  return words.map((each) => `\`${each}\``).join(", ");
}
