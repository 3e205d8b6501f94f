import { type Diagnostic, diagnostic, join, place, type Span } from "../diagnostic.ts";
import { isMetaParameter, metaNames } from "../meta.ts";
import { nearest } from "../suggest.ts";
import type { Name, ResourceStatement } from "./ast.ts";
import { edgeProperties, isEdgeProperty } from "./edge-property.ts";
import { meantProperty } from "./slips/edges.ts";

/** What is wrong with the lines of a resource: names that are not properties, and what is set twice. */
export function checkResource(resource: ResourceStatement): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const head = join(resource.span, resource.name.span);
  const fields = new Map<string, Name>();
  const metas = new Map<string, Name>();
  for (const line of resource.lines) {
    switch (line.kind) {
      case "field":
        once(line.field, fields, "field");
        break;
      case "edge":
        if (!isEdgeProperty(line.property.text)) found.push(unknownEdge(line.property));
        break;
      case "meta":
        if (line.param === undefined) break;
        if (isMetaParameter(line.param.text)) once(line.param, metas, "meta entry");
        else found.push(unknownMeta(line.param));
    }
  }
  return found;

  function once(name: Name, seen: Map<string, Name>, what: string): void {
    const earlier = seen.get(name.text);
    if (earlier === undefined) seen.set(name.text, name);
    else found.push(duplicate(head, earlier, name, what));
  }
}

function duplicate(head: Span, earlier: Name, again: Name, what: string): Diagnostic {
  const code = `duplicate-${what.replace(" ", "-")}`;
  return diagnostic("init", code, `the resource has a duplicate ${what}: \`${again.text}\``, head, {
    focus: again.span,
    notes: [`first at ${place(earlier.span)}`],
  });
}

function unknownEdge({ text, span }: Name): Diagnostic {
  const meant = meantProperty(text);
  const known = edgeProperties.map((name) => `\`${capitalize(name)}\``).join(", ");
  return diagnostic(
    "init",
    "invalid-property",
    `invalid property: \`${capitalize(text)}\` makes no edge`,
    span,
    {
      help: meant === undefined ? `edges are made by ${known}` : `did you mean \`${meant}\`?`,
    },
  );
}

function unknownMeta({ text, span }: Name): Diagnostic {
  const near = nearest(text, metaNames);
  return diagnostic("init", "invalid-property", `invalid property: \`${text}\` is no metaparameter`, span, {
    help:
      near === undefined ? `metaparameters are ${metaNames.join(", ")}` : `did you mean \`Meta:${near}\`?`,
  });
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
