/**
 * Whether two syntax trees, or parts of them, are the same but for where they stand in their sources. Relies on the
 * parser to give the properties of a kind of node always in the same order.
 */
export function sameTree(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  const [properties, others] = [Object.entries(a), Object.entries(b)];
  return (
    properties.length === others.length &&
    properties.every((property, index) => sameProperty(property, others[index]))
  );
}

type Property = readonly [name: string, value: unknown];

function sameProperty([name, value]: Property, other: Property | undefined): boolean {
  return name === other?.[0] && (name === "span" || sameTree(value, other[1]));
}
