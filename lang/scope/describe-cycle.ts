import { type Diagnostic, diagnostic, place, type Span } from "../diagnostic.ts";
import type { Cycle } from "./dependencies.ts";

/** How many members of a circle, and references in it, are written out. */
const shown = 8;

/** What to tell someone whose definitions need each other; the culprit is the first of the references. */
export function describeCycle(cycle: Cycle): Diagnostic {
  const references = distinct(cycle.references);
  const [first] = references;
  const names =
    cycle.names.length > shown
      ? [...cycle.names.slice(0, shown - 1), "…", ...cycle.names.slice(-1)]
      : cycle.names;
  const circle = [...names, ...cycle.names.slice(0, 1)].map((name) => (name === "…" ? name : `\`${name}\``));
  const message =
    cycle.names.length === 1
      ? `recursive reference: ${circle[0]} needs itself`
      : `recursive reference: ${circle.join(" needs ")}`;
  return diagnostic("scope", "recursive-reference", message, first, {
    notes: references.slice(1, shown).map((span) => `and the reference at ${place(span)}`),
    help: cycle.names.some((name) => name.endsWith("()"))
      ? "there is no recursion; functions of the modules `iter`, `list` and `map` work through collections"
      : "a definition cannot need itself, directly or through others: give one of them a name of its own",
  });
}

/** In order of position, each place once. */
function distinct(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.toSorted((a, b) =>
    a.source === b.source ? a.start - b.start : a.source.path < b.source.path ? -1 : 1,
  );
  return sorted.filter((span, index) => {
    const previous = sorted[index - 1];
    return previous === undefined || previous.source !== span.source || previous.start !== span.start;
  });
}
