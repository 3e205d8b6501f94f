/**
 * Resource statements as contributions: names, fields, metaparameters, edges inside the body, and the checks that
 * concern one resource alone (dataflow specification, 4.2 to 4.6).
 */
import { type Diagnostic, diagnostic } from "../diagnostic.ts";
import {
  changedMeta,
  isMetaParameter,
  type Meta,
  type MetaName,
  type MetaSettings,
  readMeta,
} from "../meta.ts";
import { nearest } from "../suggest.ts";
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

/** The resources of one statement, which has read its lines, and their edges. */
export function contribute(
  statement: TypedResource,
  body: Body,
  wanted: readonly Wanted[],
  kinds: readonly string[],
  previous: Contribution | undefined,
): Contribution {
  const problems: Diagnostic[] = [];
  const resources: DeclaredResource[] = [];
  const edges: NamedEdge[] = [];
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
  statement: TypedResource,
  key: ResourceKey,
  { misfit }: Body,
  { fields, meta, handling }: Parameters,
  kinds: readonly string[],
): Diagnostic | undefined {
  const { schema, span } = statement;
  const cannotCreate = `error building resource: cannot create resource kind \`${key.kind}\` with name \`${key.name}\``;
  if (schema === undefined) {
    const candidate = nearest(key.kind, kinds);
    return diagnostic(
      "output",
      "unknown-kind",
      `${cannotCreate}: no resource kind \`${key.kind}\` available`,
      span,
      { help: candidate === undefined ? undefined : `did you mean \`${candidate}\`?` },
    );
  }
  if (key.name === "") {
    return diagnostic("output", "empty-name", `${cannotCreate}: resource name is empty`, span);
  }
  if (misfit !== undefined) {
    const { line, reason } = misfit;
    return diagnostic("output", "out-of-range", `error building resource: ${reason}`, line.span);
  }
  if ("error" in handling) {
    return diagnostic("output", "invalid-meta", `error generating metaparams: ${handling.error}`, span);
  }
  if (key.name.startsWith("$") && meta.get("dollar") !== true) {
    return diagnostic(
      "output",
      "dollar-name",
      `${printKey(key)} did not Validate: the Res name starts with a $`,
      span,
      { help: `write "\${${key.name.slice(1)}}" for the value of a variable, or set Meta:dollar => true` },
    );
  }
  if (meta.get("hidden") === true) return undefined;
  const invalid = schema.validate(key.name, fields, handling);
  if (invalid === undefined) return undefined;
  return diagnostic("output", "invalid-resource", `${printKey(key)} did not Validate: ${invalid}`, span);
}

function edgeOf(statement: TypedResource, line: EdgeLine, self: ResourceKey, other: ResourceKey): NamedEdge {
  const outward = line.property === "before" || line.property === "notify";
  return {
    from: outward ? self : other,
    to: outward ? other : self,
    notify: line.property === "notify" || line.property === "listen",
    span: statement.span,
  };
}
