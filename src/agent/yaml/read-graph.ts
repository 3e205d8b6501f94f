import { DiagnosticError, inSourceOrder, type Source, type Span } from "../../../lang/diagnostic.ts";
import type { Contribution, NamedEdge } from "../../../lang/output/contribution.ts";
import type { ResourceKey } from "../../../lang/output/resource-graph.ts";
import { nearest } from "../../../lang/suggest.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import type { Kind } from "../../resources/define.ts";
import type { Collect } from "./collected.ts";
import { type Entry, type Item, parseYaml } from "./parse-yaml.ts";
import { readResource } from "./read-resource.ts";
import { didYouMean, hasValue, Reader } from "./reader.ts";

/** A graph as a file of YAML says it (engine specification, section 10): each thing is sound by itself. */
export interface YamlGraph {
  readonly resources: readonly Contribution[];
  readonly edges: readonly NamedEdge[];
  readonly collects: readonly Collect[];
}

const keys = ["graph", "comment", "resources", "edges", "collect"];

/**
 * Reads a graph, and loads the kinds that it mentions.
 * @throws DiagnosticError with everything that is wrong with it
 */
export async function readGraph(source: Source, kinds: Catalogue): Promise<YamlGraph> {
  const root = parseYaml(source);
  const reader = new Reader();
  const top = reader.map(root, "a graph", keys);
  if (root.kind === "map") {
    reader.text(top.get("graph"), "the name of the graph, `graph:`,", { ...root.span, end: root.span.start });
  }
  const declared = resourceLists(top.get("resources"), reader);
  const collects = reader.list(top.get("collect"), "`collect`");
  await kinds.load([...declared.map(({ key }) => key), ...collects.flatMap(kindIn)]);
  const graph = {
    resources: await readResources(declared, kinds, reader),
    edges: reader.list(top.get("edges"), "`edges`").flatMap((item) => readEdge(item, reader) ?? []),
    collects: collects.flatMap((item) => readCollect(item, kinds, reader) ?? []),
  };
  if (reader.problems.length > 0) throw new DiagnosticError(inSourceOrder(reader.problems));
  return graph;
}

function resourceLists(item: Item | undefined, reader: Reader): readonly Entry[] {
  if (item === undefined) return [];
  return reader.entries(item, "`resources`", ["file", "exec"]).filter(hasValue);
}

async function readResources(
  lists: readonly Entry[],
  kinds: Catalogue,
  reader: Reader,
): Promise<readonly Contribution[]> {
  const found: Contribution[] = [];
  for (const { key, keySpan, value } of lists) {
    const kind = kindNamed(key, keySpan, kinds, reader);
    if (kind === undefined) continue;
    for (const item of reader.list(value, `what there is of kind \`${key}\``)) {
      const resource = await readResource(item, kind, reader);
      if (resource === undefined) continue;
      reader.problems.push(...resource.problems);
      found.push(resource);
    }
  }
  return found;
}

function kindNamed(name: string, span: Span, kinds: Catalogue, reader: Reader): Kind | undefined {
  const kind = kinds.get(name);
  if (kind === undefined) {
    const meant = nearest(name, kinds.names);
    const help = meant === undefined ? "`mgmt docs` lists all kinds" : didYouMean(meant);
    reader.refuse("output", "unknown-kind", `there is no resource kind \`${name}\``, span, help);
  }
  return kind;
}

function readEdge(item: Item, reader: Reader): NamedEdge | undefined {
  const edge = reader.map(item, "an edge", ["name", "from", "to", "notify"]);
  if (item.kind !== "map") return undefined;
  const [from, to] = (["from", "to"] as const).map((side) =>
    readEnd(edge.get(side), side, item.span, reader),
  );
  const notify = reader.flag(edge.get("notify"), "`notify` of an edge") ?? false;
  const { span } = item;
  if (from === undefined || to === undefined) return undefined;
  return { from: from.key, to: to.key, notify, span, focus: { from: from.span, to: to.span } };
}

function readEnd(
  item: Item | undefined,
  side: string,
  edge: Span,
  reader: Reader,
): { readonly key: ResourceKey; readonly span: Span } | undefined {
  if (item === undefined) {
    reader.refuse("init", "missing-key", `\`${side}\` of an edge is missing`, edge);
    return undefined;
  }
  const end = reader.map(item, `\`${side}\` of an edge`, ["kind", "name"]);
  if (item.kind !== "map") return undefined;
  const kind = reader.text(end.get("kind"), `the kind in \`${side}\` of an edge`, item.span)?.toLowerCase();
  const name = reader.text(end.get("name"), `the name in \`${side}\` of an edge`, item.span);
  return kind === undefined || name === undefined ? undefined : { key: { kind, name }, span: item.span };
}

function readCollect(item: Item, kinds: Catalogue, reader: Reader): Collect | undefined {
  const what = "a part of `collect`";
  const collect = reader.map(item, what, ["kind", "pattern"]);
  if (item.kind !== "map") return undefined;
  const name = reader.text(collect.get("kind"), `the kind in ${what}`, item.span);
  const kind =
    name === undefined ? undefined : kindNamed(name, collect.get("kind")?.span ?? item.span, kinds, reader);
  const place = collect.get("pattern");
  const pattern = place === undefined ? undefined : reader.text(place, `the pattern in ${what}`, item.span);
  if (kind === undefined) return undefined;
  if (place !== undefined && pattern !== undefined) checkPattern(pattern, kind, place.span, reader);
  return { kind, directory: pattern, span: item.span };
}

/** A pattern says where to put what is collected; of all kinds, only files are put somewhere. */
function checkPattern(pattern: string, kind: Kind, span: Span, reader: Reader): void {
  if (!kind.fields.has("dirname")) {
    reader.refuse(
      "init",
      "invalid-collect",
      `a \`pattern\` means nothing to the kind \`${kind.kind}\``,
      span,
      "leave it out",
    );
  } else if (!pattern.startsWith("/") || !pattern.endsWith("/")) {
    const rule = "must be an absolute path with a slash at its end";
    reader.refuse(
      "init",
      "invalid-collect",
      `the \`pattern\` ${rule}: the directory to put collected files in`,
      span,
    );
  }
}

function kindIn(item: Item): readonly string[] {
  const kind = item.kind === "map" ? item.entries.find(({ key }) => key === "kind")?.value : undefined;
  return kind?.kind === "scalar" ? [kind.text] : [];
}
