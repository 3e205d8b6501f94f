/**
 * Resource statements as contributions: names, fields, metaparameters, edges inside the body, and the checks that
 * concern one resource alone (dataflow specification, 4.2 to 4.6).
 */
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import { kindHelp } from "../foreign-kinds.ts";
import {
  changedMeta,
  isMetaParameter,
  type Meta,
  type MetaName,
  type MetaSettings,
  readMeta,
} from "../meta.ts";
import type { TypedExpression, TypedLine, TypedResource } from "../types/typed.ts";
import { StructValue, type Value } from "../value.ts";
import type { Contribution, NamedEdge } from "./contribution.ts";
import { namesOf } from "./names.ts";
import { outOfRange } from "./native-range.ts";
import { type DeclaredResource, printKey, type ResourceKey, type Sender } from "./resource-graph.ts";
import { sameResource } from "./same-resource.ts";

/** The expressions whose values {@link resourceContribution} needs, in order. */
export function resourceInputs(statement: TypedResource): readonly TypedExpression[] {
  const inputs = [statement.name];
  for (const line of statement.lines) {
    if (line.condition !== undefined) inputs.push(line.condition);
    inputs.push(line.kind === "edge" ? line.half.name : line.value);
  }
  return inputs;
}

/**
 * What the statement declares when its inputs have these values.
 * @param previous what it declared before; resources that stay the same stay the same object
 * @param kinds names of all kinds, to suggest one
 */
export function resourceContribution(
  statement: TypedResource,
  values: readonly Value[],
  kinds: readonly string[],
  previous: Contribution | undefined,
): Contribution {
  const body = readBody(statement, values);
  const parameters = withMeta(body.fields, body.settings);
  const wanted = namesOf(values[0] ?? []).map((name) => ({ name, parameters }));
  return contribute(statement, body, wanted, kinds, previous);
}

/** What a resource is made with. */
interface Parameters {
  readonly fields: ReadonlyMap<string, Value>;
  readonly meta: MetaSettings;
  /** The same with all defaults, or what is wrong with them. */
  readonly handling: Meta | { readonly error: string };
}

export interface Wanted {
  readonly name: string;
  readonly parameters: Parameters;
}

export function withMeta(fields: ReadonlyMap<string, Value>, settings: MetaSettings): Parameters {
  return { fields, meta: changedMeta(settings), handling: readMeta(settings) };
}

/** What declares resources of one kind: a statement, or a piece of another notation. */
export type Declaration = Pick<TypedResource, "resource" | "schema" | "span"> &
  Partial<Pick<TypedResource, "name" | "lines">>;

/** The resources of one declaration, which has been read, and their edges. */
export function contribute(
  statement: Declaration,
  body: Body,
  wanted: readonly Wanted[],
  kinds: readonly string[],
  previous: Contribution | undefined,
): Contribution {
  const problems: Diagnostic[] = [];
  const resources: DeclaredResource[] = [];
  const edges: NamedEdge[] = [];
  const head = headOf(statement);
  for (const { name, parameters } of wanted) {
    const key = { kind: statement.resource, name };
    const problem = problemOf(statement, key, body, parameters, kinds);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const resource: DeclaredResource = {
      ...key,
      fields: parameters.fields,
      meta: parameters.meta,
      receives: nothing,
      span: statement.span,
      head,
    };
    const before = previous?.resources[resources.length];
    resources.push(before !== undefined && sameResource(before, resource) ? before : resource);
    for (const { line, others } of body.edges) {
      for (const other of others) edges.push(edgeOf(statement, line, key, other));
    }
  }
  return { resources, edges, problems };
}

const nothing: ReadonlyMap<string, Sender> = new Map();

type EdgeLine = Extract<TypedLine, { kind: "edge" }>;

/** What the lines of a statement say. */
export interface Body {
  readonly fields: ReadonlyMap<string, Value>;
  readonly settings: MetaSettings;
  readonly edges: readonly { readonly line: EdgeLine; readonly others: readonly ResourceKey[] }[];
  /** A field that cannot hold what it was given. */
  readonly misfit: { readonly line: TypedLine; readonly reason: string } | undefined;
}

/** @param values of {@link resourceInputs} */
export function readBody(statement: TypedResource, values: readonly Value[]): Body {
  const fields = new Map<string, Value>();
  const settings = new Map<MetaName, Value>();
  const edges: { line: EdgeLine; others: readonly ResourceKey[] }[] = [];
  let misfit: Body["misfit"];
  let next = 1;
  for (const line of statement.lines) {
    const wanted = line.condition === undefined || values[next++] === true;
    const value = values[next++];
    if (!wanted || value === undefined) continue;
    switch (line.kind) {
      case "field": {
        const range = statement.schema?.fields.get(line.field)?.range;
        const reason = range && outOfRange(range, value);
        if (reason !== undefined) misfit ??= { line, reason };
        fields.set(line.field, value);
        break;
      }
      case "edge": {
        const kind = line.half.resource;
        edges.push({ line, others: namesOf(value).map((name) => ({ kind, name })) });
        break;
      }
      case "meta":
        if (line.param !== undefined) settings.set(line.param, value);
        else if (value instanceof StructValue) setAll(settings, value);
        break;
    }
  }
  return { fields, settings, edges, misfit };
}

function setAll(settings: Map<MetaName, Value>, struct: StructValue): void {
  struct.names.forEach((name, index) => {
    const value = struct.values[index];
    if (isMetaParameter(name) && value !== undefined) settings.set(name, value);
  });
}

/** The first thing that is wrong with a resource, in the order of dataflow specification 4.5. */
function problemOf(
  statement: Declaration,
  key: ResourceKey,
  { misfit }: Body,
  { fields, meta, handling }: Parameters,
  kinds: readonly string[],
): Diagnostic | undefined {
  const { schema, span } = statement;
  const focus = headOf(statement);
  if (schema === undefined) {
    const help = kindHelp(key.kind, kinds);
    const kind: Span = { ...span, end: span.start + key.kind.length };
    return diagnostic("output", "unknown-kind", `there is no resource kind \`${key.kind}\``, span, {
      help,
      focus: kind,
    });
  }
  if (key.name === "") {
    return diagnostic("output", "empty-name", `the name of this \`${key.kind}\` is empty`, span, { focus });
  }
  if (misfit !== undefined) {
    const { line, reason } = misfit;
    const value = line.kind === "edge" ? undefined : line.value.span;
    const field = line.kind === "field" ? `\`${line.field}\` of ` : "";
    return diagnostic("output", "out-of-range", `${field}${printKey(key)}: ${reason}`, line.span, {
      focus: value,
    });
  }
  if ("error" in handling) {
    return diagnostic("output", "invalid-meta", `${printKey(key)}: ${handling.error}`, span, {
      focus: metaLineOf(statement, handling.error)?.span ?? focus,
    });
  }
  if (key.name.startsWith("$") && meta.get("dollar") !== true) {
    return diagnostic("output", "dollar-name", `the name of ${printKey(key)} starts with a \`$\``, span, {
      focus,
      help: `write "\${${key.name.slice(1)}}" for the value of a variable, or set Meta:dollar => true`,
    });
  }
  if (meta.get("hidden") === true) return undefined;
  const invalid = schema.validate(key.name, fields, handling);
  if (invalid === undefined) return undefined;
  return diagnostic("output", "invalid-resource", `${printKey(key)} is not valid: ${invalid}`, span, {
    focus,
  });
}

/** Kind and name of a resource, as they are written. */
function headOf({ span, name }: Declaration): Span {
  return name !== undefined && name.span.end > span.start && name.span.end <= span.end
    ? { ...span, end: name.span.end }
    : span;
}

/** The line that sets the metaparameter which a complaint names. */
function metaLineOf({ lines }: Declaration, complaint: string): TypedLine | undefined {
  return lines?.find(
    (line) =>
      line.kind === "meta" && line.param !== undefined && complaint.includes(`\`Meta:${line.param}\``),
  );
}

function edgeOf(statement: Declaration, line: EdgeLine, self: ResourceKey, other: ResourceKey): NamedEdge {
  const outward = line.property === "before" || line.property === "notify";
  return {
    from: outward ? self : other,
    to: outward ? other : self,
    notify: line.property === "notify" || line.property === "listen",
    span: statement.span,
    focus: line.half.span,
  };
}
