import { type Diagnostic, diagnostic, place } from "../diagnostic.ts";
import { bool, float, int, isHashable, printType, sameType, str, type Type } from "../types/type.ts";
import type { Expression, MapExpression } from "./ast.ts";

/** A value that the text alone shows. */
interface StaticValue {
  readonly type: Type;
  /** The same for equal values of one type. */
  readonly identity: string;
}

/**
 * What is wrong with the keys of a map literal that are known without running anything (language specification,
 * section 10.3). Strings are compared as written.
 */
export function checkMapKeys(map: MapExpression): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Map<string, Expression>();
  let first: { readonly key: Expression; readonly type: Type } | undefined;
  for (const { key } of map.entries) {
    const value = staticValue(key);
    if (value === undefined) continue;
    first ??= { key, type: value.type };
    const type = printType(value.type);
    if (!isHashable(value.type)) {
      found.push(
        diagnostic("init", "unhashable-map-key", `map key type \`${type}\` is not hashable`, map.span, {
          notes: [`the key is at ${place(key.span)}`],
          help: "keys are `bool`, `str`, `int`, `float`, or structs of these",
        }),
      );
    } else if (!sameType(value.type, first.type)) {
      const message = `inconsistent map key type: \`${type}\` beside \`${printType(first.type)}\``;
      const notes = [
        `\`${printType(first.type)}\` at ${place(first.key.span)}`,
        `\`${type}\` at ${place(key.span)}`,
      ];
      found.push(diagnostic("init", "inconsistent-map-key", message, map.span, { notes }));
    } else {
      const earlier = seen.get(value.identity);
      if (earlier === undefined) seen.set(value.identity, key);
      else {
        const { source, start, end } = key.span;
        found.push(
          diagnostic(
            "init",
            "duplicate-map-key",
            `duplicate map key: ${source.text.slice(start, end)}`,
            map.span,
            {
              notes: [`first at ${place(earlier.span)}`, `again at ${place(key.span)}`],
            },
          ),
        );
      }
    }
  }
  return found;
}

/** The value of a literal made of nothing but literals; nothing if its elements do not agree on a type. */
function staticValue(expression: Expression): StaticValue | undefined {
  switch (expression.kind) {
    case "group":
      return staticValue(expression.inner);
    case "boolean":
      return { type: bool, identity: String(expression.value) };
    case "string":
      return { type: str, identity: JSON.stringify(expression.raw) };
    case "integer":
      return { type: int, identity: String(expression.value) };
    case "float":
      // Minus zero equals zero.
      return { type: float, identity: String(expression.value + 0) };
    case "list": {
      const elements = staticValues(expression.elements);
      const element = elements === undefined ? undefined : commonType(elements);
      if (elements === undefined || element === undefined) return undefined;
      return { type: { kind: "list", element }, identity: identities(elements) };
    }
    case "map": {
      const keys = staticValues(expression.entries.map(({ key }) => key));
      const values = staticValues(expression.entries.map(({ value }) => value));
      if (keys === undefined || values === undefined) return undefined;
      const [key, value] = [commonType(keys), commonType(values)];
      if (key === undefined || value === undefined) return undefined;
      return { type: { kind: "map", key, value }, identity: `${identities(keys)}${identities(values)}` };
    }
    case "struct": {
      const values = staticValues(expression.fields.map(({ value }) => value));
      if (values === undefined) return undefined;
      const fields = values.map(({ type }, index) => ({
        name: expression.fields[index]?.name.text ?? "",
        type,
      }));
      return { type: { kind: "struct", fields }, identity: identities(values) };
    }
    default:
      return undefined;
  }
}

function staticValues(expressions: readonly Expression[]): readonly StaticValue[] | undefined {
  const values: StaticValue[] = [];
  for (const expression of expressions) {
    const value = staticValue(expression);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function commonType([first, ...rest]: readonly StaticValue[]): Type | undefined {
  return first !== undefined && rest.every(({ type }) => sameType(type, first.type)) ? first.type : undefined;
}

function identities(values: readonly StaticValue[]): string {
  return `[${values.map(({ identity }) => identity).join(",")}]`;
}
