import type { EdgeData } from "./edge-data.ts";

/** A resource, or a group of them. */
export interface DotVertex {
  /** `kind[name]` */
  readonly key: string;
  /** `kind[name]` of those whose work it does. */
  readonly members: readonly string[];
}

/** A graph in the language of Graphviz. Automatic edges are dashed, those that notify bold. */
export function graphDot(vertices: readonly DotVertex[], edges: readonly EdgeData[]): string {
  const nodes = vertices.map(({ key, members }) =>
    members.length === 0
      ? `  ${quoted(key)};`
      : `  ${quoted(key)} [label=${quoted([key, ...members].join("\n"))}];`,
  );
  const arrows = edges.map(
    ({ from, to, notify, auto, send }) =>
      `  ${quoted(from)} -> ${quoted(to)} [style=${auto ? "dashed" : notify ? "bold" : "solid"}${send === undefined ? "" : `, label=${quoted(`${send.from} -> ${send.to}`)}`}];`,
  );
  return ["digraph mgmt {", ...nodes, ...arrows, "}"].join("\n");
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
