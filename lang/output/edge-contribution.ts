/** Edge statements as contributions (dataflow specification, 4.6). */
import type { TypedEdges, TypedExpression, TypedSend } from "../types/typed.ts";
import type { Value } from "../value.ts";
import type { Contribution, NamedEdge } from "./contribution.ts";
import { namesOf } from "./names.ts";

/** The expressions whose values {@link edgesContribution} needs, in order. */
export function edgesInputs(statement: TypedEdges): readonly TypedExpression[] {
  return statement.halves.map((half) => half.name);
}

/** A chain: every adjacent pair of halves gives an edge for each pair of their names. */
export function edgesContribution(statement: TypedEdges, values: readonly Value[]): Contribution {
  const edges: NamedEdge[] = [];
  statement.halves.forEach((to, index) => {
    const from = statement.halves[index - 1];
    if (from === undefined) return;
    for (const source of namesOf(values[index - 1] ?? [])) {
      for (const target of namesOf(values[index] ?? [])) {
        edges.push({
          from: { kind: from.resource, name: source },
          to: { kind: to.resource, name: target },
          notify: false,
          span: statement.span,
          focus: { from: from.span, to: to.span },
        });
      }
    }
  });
  return { resources: [], edges, problems: [] };
}

/** The expressions whose values {@link sendContribution} needs, in order. */
export function sendInputs(statement: TypedSend): readonly TypedExpression[] {
  return [statement.from.name, statement.to.name];
}

/** A value handed over, for each pair of names. */
export function sendContribution(statement: TypedSend, values: readonly Value[]): Contribution {
  const { from, to, output, input, span } = statement;
  const edges = namesOf(values[0] ?? []).flatMap((source) =>
    namesOf(values[1] ?? []).map(
      (target): NamedEdge => ({
        from: { kind: from.resource, name: source },
        to: { kind: to.resource, name: target },
        notify: false,
        transfer: { output, input },
        span,
        focus: { from: from.span, to: to.span },
      }),
    ),
  );
  return { resources: [], edges, problems: [] };
}
