import type { Source, Span } from "../../../lang/diagnostic.ts";
import { printType, type Type } from "../../../lang/types/type.ts";
import type { TypedExpression } from "../../../lang/types/typed.ts";

/** How many copies of a function are looked at: enough to see that its types differ from call to call. */
const copiesLookedAt = 8;

/** The types of expressions by where they are written. What is copied for each use may have several. */
export class TypeTable {
  readonly #types = new Map<Source, Map<string, Map<string, Type>>>();
  readonly #copies = new Map<Source, Map<string, number>>();

  constructor(expressions: Iterable<TypedExpression>) {
    const waiting = [...expressions];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) this.#enter(next, waiting);
  }

  at(span: Span): readonly Type[] {
    return [...(this.#types.get(span.source)?.get(key(span))?.values() ?? [])];
  }

  #enter(expression: TypedExpression, waiting: TypedExpression[]): void {
    this.#add(expression.span, expression.type);
    switch (expression.kind) {
      case "constant":
      case "hostname":
      case "variable":
      case "parameter":
        return;
      case "list":
        waiting.push(...expression.elements);
        return;
      case "map":
        for (const entry of expression.entries) waiting.push(entry.key, entry.value);
        return;
      case "struct":
        for (const { value } of expression.fields) waiting.push(value);
        return;
      case "lambda":
        if (this.#isWorthALook(expression.span)) waiting.push(expression.body);
        return;
      case "core":
        waiting.push(...expression.args);
        return;
      case "call":
        waiting.push(...expression.args, expression.target);
        return;
      case "dynamic-call":
        waiting.push(expression.callee, ...expression.args);
        return;
      case "if":
        waiting.push(expression.condition, expression.consequent, expression.alternative);
        return;
      case "except":
        waiting.push(expression.primary, expression.fallback);
    }
  }

  #isWorthALook(span: Span): boolean {
    const counts = inner(this.#copies, span.source);
    const count = (counts.get(key(span)) ?? 0) + 1;
    counts.set(key(span), count);
    return count <= copiesLookedAt;
  }

  #add(span: Span, type: Type): void {
    const spans = inner(this.#types, span.source);
    const types = spans.get(key(span));
    if (types === undefined) spans.set(key(span), new Map([[printType(type), type]]));
    else types.set(printType(type), type);
  }
}

function key({ start, end }: Span): string {
  return `${start}-${end}`;
}

function inner<K, L, V>(maps: Map<K, Map<L, V>>, outer: K): Map<L, V> {
  let map = maps.get(outer);
  if (map === undefined) {
    map = new Map();
    maps.set(outer, map);
  }
  return map;
}
