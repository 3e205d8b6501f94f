import type { Span } from "../../../lang/diagnostic.ts";
import {
  isMetaParameter,
  type MetaName,
  type MetaSettings,
  metaNames,
  metaParameters,
  readMeta,
} from "../../../lang/meta.ts";
import type { Contribution } from "../../../lang/output/contribution.ts";
import { contribute, withMeta } from "../../../lang/output/resource-contribution.ts";
import { printKey } from "../../../lang/output/resource-graph.ts";
import type { Value } from "../../../lang/value.ts";
import type { Kind } from "../../resources/define.ts";
import { readMetaSettings } from "../../resources/meta-settings.ts";
import { parameterNamed, readFields } from "../../resources/schema.ts";
import type { Entry, Item } from "./parse-yaml.ts";
import { plainData } from "./plain-data.ts";
import { hasValue, type Reader } from "./reader.ts";

/** What a name begins with that is to be exported (engine specification, section 10). */
const exportMark = "@@";

/** Keys of every resource; the others are parameters of its kind. */
const ownKeys = ["name", "meta"];

/**
 * Reads one resource of a kind. `@@x` is `x`, exported to every host and not applied here.
 * @returns undefined if something is wrong with it, which is noted
 */
export async function readResource(
  item: Item,
  kind: Kind,
  reader: Reader,
): Promise<Contribution | undefined> {
  const before = reader.problems.length;
  const what = `a resource of kind \`${kind.kind}\``;
  const known = [...ownKeys, ...kind.fields.keys()];
  const entries = reader.entries(item, what, known);
  if (item.kind !== "map") return undefined;
  const own = (key: string): Item | undefined =>
    entries.find((entry) => entry.key === key && hasValue(entry))?.value;
  const written = reader.text(own("name"), `the name of ${what}`, item.span);
  const isExported = written?.startsWith(exportMark) ?? false;
  const name = isExported ? written?.slice(exportMark.length) : written;
  if (name === "")
    reader.refuse("init", "missing-key", `after \`${exportMark}\` the name is missing`, item.span);
  const label = name === undefined ? what : printKey({ kind: kind.kind, name });
  const parameters = entries.filter(({ key }) => !ownKeys.includes(key));
  const fields = await readParameters(parameters, kind, label, reader);
  const meta = own("meta");
  const settings = meta === undefined ? new Map<MetaName, Value>() : readMetaItem(meta, label, reader);
  if (name?.startsWith("$") && settings.get("dollar") !== true) {
    const message = `${label}: a name that begins with a dollar sign is mostly a mistake`;
    reader.refuse(
      "output",
      "dollar-name",
      message,
      item.span,
      "set `dollar: true` in its `meta` if it is meant",
    );
  }
  if (!name || reader.problems.length > before) return undefined;
  const all: MetaSettings = isExported ? new Map([...exporting, ...settings]) : settings;
  const declaration = { resource: kind.kind, schema: kind, span: item.span };
  const body = { fields, settings: all, edges: [], misfit: undefined };
  return contribute(declaration, body, [{ name, parameters: withMeta(fields, all) }], [], undefined);
}

/** What `@@` stands for, unless `meta` says otherwise. */
const exporting = new Map<MetaName, Value>([
  ["hidden", true],
  ["export", ["*"]],
]);

async function readParameters(
  entries: readonly Entry[],
  kind: Kind,
  label: string,
  reader: Reader,
): Promise<ReadonlyMap<string, Value>> {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const { key, keySpan } = entry;
    const name = parameterNamed(kind, key);
    const first = name === undefined ? undefined : found.get(name);
    if (name === undefined) reader.unknownKey(key, keySpan, label, [...ownKeys, ...kind.fields.keys()]);
    else if (first === undefined) found.set(name, entry);
    else reader.twice(`\`${name}\` of ${label}`, keySpan, first.keySpan);
  }
  const data: Record<string, unknown> = {};
  for (const [name, { value }] of found) data[name] = plainData(value, kind.fields.get(name)?.type);
  const reading = await readFields(kind, data);
  if (!("error" in reading)) return reading.fields;
  // Each for itself, to tell which one is wrong.
  for (const [name, { value }] of found) {
    const alone = await readFields(kind, { [name]: data[name] });
    if ("error" in alone) reader.refuse("type", "type-mismatch", `${label}: ${alone.error}`, value.span);
  }
  return new Map();
}

function readMetaItem(item: Item, label: string, reader: Reader): MetaSettings {
  const settings = new Map<MetaName, Value>();
  const spans = new Map<MetaName, Span>();
  const what = `the \`meta\` of ${label}`;
  for (const entry of reader.entries(item, what, metaNames)) {
    const { key, keySpan, value } = entry;
    if (!isMetaParameter(key)) {
      reader.unknownKey(key, keySpan, what, metaNames);
      continue;
    }
    const reading = readMetaSettings({ [key]: plainData(value, metaParameters[key].type) });
    if ("error" in reading) reader.refuse("type", "type-mismatch", `${what}: ${reading.error}`, value.span);
    else for (const [name, read] of reading.settings) settings.set(name, read);
    spans.set(key, value.span);
  }
  const meta = readMeta(settings);
  if ("error" in meta) {
    const culprit = [...settings].find(([name, value]) => errorOf(new Map([[name, value]])) === meta.error);
    const span = (culprit && spans.get(culprit[0])) ?? item.span;
    reader.refuse("output", "invalid-meta", `${what}: ${meta.error}`, span);
  }
  return settings;
}

function errorOf(settings: MetaSettings): string | undefined {
  const meta = readMeta(settings);
  return "error" in meta ? meta.error : undefined;
}
