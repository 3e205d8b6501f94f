/** Resources and edges: their expressions are resolved, the rest is copied. */
import { isMetaParameter, type MetaName } from "../meta.ts";
import type { EdgeHalf, Name, ResourceLine, ResourceStatement } from "../syntax/ast.ts";
import { type EdgeProperty, isEdgeProperty } from "../syntax/edge-property.ts";
import type { ExpressionResolver } from "./resolve-expression.ts";
import type { ScopedHalf, ScopedLine, ScopedResource } from "./scoped.ts";

export function resolveResource(statement: ResourceStatement, at: ExpressionResolver): ScopedResource {
  return {
    kind: "resource",
    resource: statement.resource.text,
    resourceSpan: statement.resource.span,
    name: at.resolve(statement.name),
    lines: statement.lines.map((line) => resolveLine(line, at)),
    span: statement.span,
  };
}

export function resolveHalf(half: EdgeHalf, at: ExpressionResolver): ScopedHalf {
  return { resource: half.resource.text, name: at.resolve(half.name), span: half.span };
}

function resolveLine(line: ResourceLine, at: ExpressionResolver): ScopedLine {
  const { span } = line;
  const condition = at.optional(line.condition);
  switch (line.kind) {
    case "field":
      return {
        kind: "field",
        field: line.field.text,
        fieldSpan: line.field.span,
        condition,
        value: at.resolve(line.value),
        span,
      };
    case "edge":
      return {
        kind: "edge",
        property: edgeProperty(line.property),
        condition,
        half: resolveHalf(line.half, at),
        span,
      };
    case "meta": {
      const param = line.param === undefined ? undefined : metaName(line.param);
      return { kind: "meta", param, condition, value: at.resolve(line.value), span };
    }
  }
}

function edgeProperty({ text }: Name): EdgeProperty {
  if (isEdgeProperty(text)) return text;
  throw new Error(`edge property ${text} was let through by the init phase`);
}

function metaName({ text }: Name): MetaName {
  if (isMetaParameter(text)) return text;
  throw new Error(`metaparameter ${text} was let through by the init phase`);
}
