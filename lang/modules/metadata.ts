/** `metadata.yaml`: what a module says of itself (language specification, 13.1). */
import { fail, type Source, type Span } from "../diagnostic.ts";

export interface Metadata {
  /** The main file, relative to the directory of the metadata file. */
  readonly main: string;
  /** Directory of the modules that this one brings along, with a trailing slash. */
  readonly path: string | undefined;
  /** Directory that is deployed with the module, with a trailing slash; empty for none. */
  readonly files: string;
  readonly license: string;
  /** Keeps imports of this module from being looked for in the `path` of its parents. */
  readonly parentpathblock: boolean;
}

/** @throws DiagnosticError in phase `scope` */
export function readMetadata(source: Source): Metadata {
  const values = parseYaml(source);
  const text = (key: string): string | undefined => {
    const value = values.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") return refuse(source, key, "must be text");
    return value;
  };
  const main = text("main") || "main.mcl";
  if (main.startsWith("/") || main.endsWith("/"))
    refuse(source, "main", "must be the relative path of a file, without a slash at either end");
  const path = text("path") || undefined;
  if (path !== undefined) checkDirectory(source, "path", path);
  const files = text("files") ?? "files/";
  if (files !== "") checkDirectory(source, "files", files);
  const block = values.get("parentpathblock") ?? false;
  if (typeof block !== "boolean") return refuse(source, "parentpathblock", "must be true or false");
  return { main, path, files, license: text("license") ?? "", parentpathblock: block };
}

function parseYaml(source: Source): ReadonlyMap<string, unknown> {
  let parsed: unknown;
  try {
    parsed = Bun.YAML.parse(source.text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail("scope", "bad-metadata", `\`${source.path}\` is not valid YAML: ${reason}`, start(source));
  }
  if (parsed === null || parsed === undefined) return new Map();
  if (typeof parsed !== "object" || Array.isArray(parsed))
    return fail("scope", "bad-metadata", `\`${source.path}\` must hold keys and values`, start(source), {
      help: "write lines such as `main: main.mcl`, or leave the file empty",
    });
  return new Map(Object.entries(parsed));
}

function checkDirectory(source: Source, key: string, value: string): void {
  if (value.startsWith("/") || !value.endsWith("/"))
    refuse(source, key, "must be the relative path of a directory, with a slash at its end");
}

function refuse(source: Source, key: string, rule: string): never {
  const line = new RegExp(`^${key}\\s*:.*$`, "m").exec(source.text);
  const span =
    line === null ? start(source) : { source, start: line.index, end: line.index + line[0].length };
  return fail("scope", "bad-metadata", `\`${key}\` in \`${source.path}\` ${rule}`, span);
}

function start(source: Source): Span {
  return { source, start: 0, end: 0 };
}
