/**
 * Whether two syntax trees, or parts of them, are the same but for where they stand in their sources. Relies on the
 * parser to give the properties of a kind of node always in the same order. Does not recurse, however deep the trees.
 */
export function sameTree(a: unknown, b: unknown): boolean {
  const left = [a];
  const right = [b];
  while (left.length > 0) {
    const [one, other] = [left.pop(), right.pop()];
    if (!isNode(one) || !isNode(other)) {
      if (Object.is(one, other)) continue;
      return false;
    }
    const [properties, others] = [Object.entries(one), Object.entries(other)];
    if (properties.length !== others.length) return false;
    for (const [index, [name, value]] of properties.entries()) {
      const [otherName, otherValue] = others[index] ?? [];
      if (name !== otherName) return false;
      if (name === "span") continue;
      left.push(value);
      right.push(otherValue);
    }
  }
  return true;
}

function isNode(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
