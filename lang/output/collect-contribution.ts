/** Collect statements as contributions: exported resources that they name, with what their lines override (4.8). */
import { exportedResources } from "../core/exported.ts";
import { type Diagnostic, diagnostic } from "../diagnostic.ts";
import type { ExportedResource } from "../host.ts";
import { exportMetaNames, type MetaName } from "../meta.ts";
import type { TypedCollect, TypedExpression } from "../types/typed.ts";
import { isList, StructValue, type Value } from "../value.ts";
import type { Contribution } from "./contribution.ts";
import { misfitOfExported } from "./fit.ts";
import { namesOf } from "./names.ts";
import { contribute, readBody, resourceInputs, type Wanted, withMeta } from "./resource-contribution.ts";

/** The expressions whose values {@link collectContribution} needs, in order. */
export function collectInputs(statement: TypedCollect): readonly TypedExpression[] {
  return [statement.exported, ...resourceInputs(statement.resource)];
}

/** What the statement declares when its inputs have these values; parameters as for `resourceContribution`. */
export function collectContribution(
  statement: TypedCollect,
  [exported, ...values]: readonly Value[],
  kinds: readonly string[],
  previous: Contribution | undefined,
): Contribution {
  const { resource, span } = statement;
  const selection = readSelection(values[0] ?? []);
  if ("error" in selection) {
    const message = `cannot collect \`${resource.resource}\`: ${selection.error}`;
    return failed(diagnostic("output", "invalid-collect", message, span));
  }
  const body = readBody(resource, values);
  const wanted: Wanted[] = [];
  const problems: Diagnostic[] = [];
  for (const each of exportedResources(exported)) {
    if (!selection.has(each)) continue;
    const reason = misfitOfExported(resource.schema, each);
    if (reason !== undefined) {
      const message = `cannot collect ${resource.resource}[${each.name}] from ${each.host}: ${reason}`;
      problems.push(diagnostic("output", "invalid-collect", message, span));
      continue;
    }
    const settings = new Map<MetaName, Value>([...each.meta, ...body.settings]);
    // What is collected is not passed on, unless the lines say so.
    for (const name of exportMetaNames) if (!body.settings.has(name)) settings.delete(name);
    wanted.push({
      name: each.name,
      parameters: withMeta(new Map([...each.fields, ...body.fields]), settings),
    });
  }
  const contribution = contribute(resource, body, wanted, kinds, previous);
  return problems.length === 0
    ? contribution
    : { ...contribution, problems: [...contribution.problems, ...problems] };
}

function failed(problem: Diagnostic): Contribution {
  return { resources: [], edges: [], problems: [problem] };
}

type Selection = { has(each: ExportedResource): boolean } | { readonly error: string };

/** Texts name resources of any host; structs name a resource and its host. */
function readSelection(value: Value): Selection {
  if (!isList(value) || !value.some((each) => each instanceof StructValue)) {
    const names = new Set(namesOf(value));
    return names.has("") ? { error: "empty name" } : { has: ({ name }) => names.has(name) };
  }
  const pairs = new Set<string>();
  for (const each of value) {
    if (!(each instanceof StructValue)) continue;
    const [name, host] = [each.get("name"), each.get("host")];
    if (typeof name !== "string" || name === "") return { error: "empty name" };
    if (typeof host !== "string" || host === "") return { error: "empty host" };
    if (host === "*") return { error: "invalid star host" };
    pairs.add(JSON.stringify([name, host]));
  }
  return { has: ({ name, host }) => pairs.has(JSON.stringify([name, host])) };
}
