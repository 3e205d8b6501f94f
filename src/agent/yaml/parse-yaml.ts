import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLError,
} from "yaml";
import {
  type Diagnostic,
  DiagnosticError,
  diagnostic,
  place,
  type Source,
  type Span,
} from "../../../lang/diagnostic.ts";

/** A piece of YAML, with its place in the text. Aliases are resolved and merged keys (`<<`) are in their maps. */
export type Item = MapItem | ListItem | ScalarItem;

export interface MapItem {
  readonly kind: "map";
  /** In the order of the text; no key comes twice. */
  readonly entries: readonly Entry[];
  readonly span: Span;
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Item;
}

export interface ListItem {
  readonly kind: "list";
  readonly items: readonly Item[];
  readonly span: Span;
}

export interface ScalarItem {
  readonly kind: "scalar";
  /** Whole numbers are bigint only where number is not exact. */
  readonly value: string | number | bigint | boolean | null;
  /** As it is written, without quotes. */
  readonly text: string;
  readonly span: Span;
}

/** How many pieces aliases may add to a document: a few nested ones can stand for more than fits into memory. */
const aliasLimit = 100_000;

/** After so many, what follows is but a consequence. */
const flawLimit = 10;

/** @throws DiagnosticError with everything that is wrong with it as YAML */
export function parseYaml(source: Source): Item {
  try {
    // Keys are compared by the reader: the library compares each with each.
    const document = parseDocument(source.text, {
      intAsBigInt: true,
      prettyErrors: false,
      uniqueKeys: false,
    });
    const flaws = [...document.errors, ...document.warnings];
    if (flaws.length > 0)
      throw new DiagnosticError(flaws.slice(0, flawLimit).map((flaw) => explain(flaw, source)));
    const reader = new Reader(source);
    const item = reader.item(document.contents);
    if (reader.problems.length > 0) throw new DiagnosticError(reader.problems);
    return item;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DiagnosticError([
      diagnostic("parse", "too-deep", "the YAML is nested too deeply", start(source)),
    ]);
  }
}

function explain({ code, message, pos: [start, end] }: YAMLError, source: Source): Diagnostic {
  const span = { source, start, end };
  switch (code) {
    case "MULTIPLE_DOCS":
      return diagnostic("parse", "bad-yaml", "a second YAML document begins here; one file holds one", span);
    case "RESOURCE_EXHAUSTION":
      return diagnostic("parse", "too-deep", "this is nested too deeply", span);
    default:
      return diagnostic("parse", "bad-yaml", `this is not valid YAML: ${message}`, span);
  }
}

class Reader {
  readonly problems: Diagnostic[] = [];
  readonly #source: Source;
  /** What anchors stand for so far, and how many pieces that is; undefined for what is being read. */
  readonly #anchors = new Map<string, { readonly item: Item; readonly size: number } | undefined>();
  #size = 0;
  #added = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  item(node: Node | null): Item {
    this.#size++;
    if (node === null) return this.#null(start(this.#source));
    if (isAlias(node)) return this.#alias(node);
    const { anchor } = node;
    const before = this.#size;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const item = this.#read(node);
    if (anchor !== undefined) this.#anchors.set(anchor, { item, size: this.#size - before + 1 });
    return item;
  }

  #read(node: Node): Item {
    const span = this.#spanOf(node);
    if (isMap<Node, Node | null>(node)) return { kind: "map", entries: this.#entries(node.items), span };
    if (isSeq<Node | null>(node))
      return { kind: "list", items: node.items.map((each) => this.item(each)), span };
    if (isScalar(node)) return this.#scalar(node, span);
    return this.#null(span);
  }

  #alias(alias: Alias): Item {
    const span = this.#spanOf(alias);
    const known = this.#anchors.get(alias.source);
    if (known === undefined) {
      const isOpen = this.#anchors.has(alias.source);
      const why = isOpen
        ? `is a part of \`&${alias.source}\``
        : `stands for nothing: no \`&${alias.source}\` comes before it`;
      this.#refuse("bad-alias", `the alias \`*${alias.source}\` ${why}`, span);
      return this.#null(span);
    }
    this.#size += known.size;
    this.#added += known.size;
    if (this.#added > aliasLimit) {
      // Once is enough: all that follow are too much as well.
      if (this.#added - known.size <= aliasLimit) {
        this.#refuse("too-large", `aliases make the document larger by more than ${aliasLimit} pieces`, span);
      }
      return this.#null(span);
    }
    return known.item;
  }

  #entries(pairs: readonly Pair<Node, Node | null>[]): readonly Entry[] {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of pairs) {
      const keySpan = this.#spanOf(pair.key);
      const key = isScalar(pair.key) ? textOf(pair.key) : undefined;
      const value = pair.value === null ? this.#null(keySpan) : this.item(pair.value);
      const first = key === undefined ? undefined : entries.get(key);
      if (key === undefined) this.#refuse("bad-key", "a key must be text", keySpan);
      else if (key === "<<") merged.push(...this.#merged(value));
      else if (first === undefined) entries.set(key, { key, keySpan, value });
      else {
        const notes = [`the other one is at ${place(first.keySpan)}`];
        this.problems.push(
          diagnostic("parse", "duplicate-key", `the key \`${key}\` comes twice`, keySpan, { notes }),
        );
      }
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return [...entries.values()];
  }

  /** What `<<` brings along: the entries of a map, or of several, of which the first counts. */
  #merged(value: Item): readonly Entry[] {
    const maps = value.kind === "list" ? value.items : [value];
    return maps.flatMap((map) => {
      if (map.kind === "map") return map.entries;
      this.#refuse("bad-merge", "`<<` takes a map, or a list of maps", map.span);
      return [];
    });
  }

  #scalar(node: Scalar, span: Span): ScalarItem {
    const { value } = node;
    const text = textOf(node) ?? "";
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return { kind: "scalar", value, text, span };
      case "bigint": {
        const number = Number(value);
        return { kind: "scalar", value: Number.isSafeInteger(number) ? number : value, text, span };
      }
      default:
        return { kind: "scalar", value: null, text, span };
    }
  }

  #null(span: Span): ScalarItem {
    return { kind: "scalar", value: null, text: "", span };
  }

  #spanOf(node: Node): Span {
    const [from = 0, to = from] = node.range ?? [];
    return { source: this.#source, start: from, end: lastOf(this.#source.text, from, to) };
  }

  #refuse(code: string, message: string, span: Span): void {
    this.problems.push(diagnostic("parse", code, message, span));
  }
}

/** Null has no text. */
function textOf(node: Scalar): string | undefined {
  if (node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : node.source;
}

/** Collections reach over the white space behind them. */
function lastOf(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function start(source: Source): Span {
  return { source, start: 0, end: 0 };
}
