/** The properties of a resource that make edges (language specification, section 5.5), as the tree has them. */
export const edgeProperties = ["before", "depend", "notify", "listen"] as const;

export type EdgeProperty = (typeof edgeProperties)[number];

export function isEdgeProperty(name: string): name is EdgeProperty {
  return edgeProperties.some((property) => property === name);
}
