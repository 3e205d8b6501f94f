import { type Diagnostic, diagnostic, type Span } from "../../../lang/diagnostic.ts";
import type { ExportedResource } from "../../../lang/host.ts";
import { exportMetaNames, type MetaName } from "../../../lang/meta.ts";
import type { Contribution } from "../../../lang/output/contribution.ts";
import { misfitOfExported } from "../../../lang/output/fit.ts";
import { contribute, type Wanted, withMeta } from "../../../lang/output/resource-contribution.ts";
import type { Value } from "../../../lang/value.ts";
import type { Kind } from "../../resources/define.ts";

/** What is to be taken over from other hosts, and this one: everything of a kind that they export to it. */
export interface Collect {
  readonly kind: Kind;
  /** Where to put it, instead of where its exporter had it; only for files. */
  readonly directory: string | undefined;
  readonly span: Span;
}

/** What a collect comes to while so much is exported. */
export function collected(
  { kind, directory, span }: Collect,
  exported: readonly ExportedResource[],
): Contribution {
  const wanted: Wanted[] = [];
  const problems: Diagnostic[] = [];
  for (const each of exported) {
    const reason = misfitOfExported(kind, each);
    if (reason !== undefined) {
      const message = `cannot collect ${kind.kind}[${each.name}] from ${each.host}: ${reason}`;
      problems.push(diagnostic("output", "invalid-collect", message, span));
      continue;
    }
    const fields = new Map<string, Value>(each.fields);
    if (directory !== undefined) fields.set("dirname", directory);
    const settings = new Map<MetaName, Value>(each.meta);
    // It was hidden so that its exporter leaves it alone, and is not passed on.
    settings.delete("hidden");
    for (const name of exportMetaNames) settings.delete(name);
    wanted.push({ name: each.name, parameters: withMeta(fields, settings) });
  }
  const body = { fields: new Map(), settings: new Map(), edges: [], misfit: undefined };
  const contribution = contribute({ resource: kind.kind, schema: kind, span }, body, wanted, [], undefined);
  return { ...contribution, problems: [...contribution.problems, ...problems] };
}
