import { mkdirSync, readdirSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { readMeta, settingsOf } from "../../lang/meta.ts";
import { fieldsToJson } from "../../lang/output/json.ts";
import { printKey } from "../../lang/output/resource-graph.ts";
import type { Resource } from "../engine/resource.ts";
import type { ReversalStore } from "../engine/reversals.ts";
import { makeVardir, reversalFileName, stateDirectory, vardirPath } from "../engine/vardir.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, explainError, systemError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { readMetaSettings } from "../resources/meta-settings.ts";

const version = 1;

/** Reversals as files of JSON, each in the directory of the resource that it undoes. */
export class ReversalFiles implements ReversalStore {
  readonly all = new Map<string, Resource>();

  private constructor(readonly prefix: string) {}

  /** Reads what earlier processes left. What cannot be used is logged, and stays where it is. */
  static async open(prefix: string, kinds: Catalogue, log: Log): Promise<ReversalFiles> {
    const files = new ReversalFiles(prefix);
    for (const path of pathsIn(stateDirectory(prefix))) {
      try {
        const resource = await readReversal(path, kinds);
        if (resource !== undefined) files.all.set(printKey(resource), resource);
      } catch (error) {
        log("error", "main", `cannot undo what ${path} tells of: ${explainError(error)}; mend or remove it`);
      }
    }
    return files;
  }

  put(reversal: Resource): void {
    const { kind, name, fields, meta } = reversal;
    const data = { version, kind, name, fields: fieldsToJson(fields), meta: fieldsToJson(settingsOf(meta)) };
    const path = join(makeVardir(this.prefix, kind, name), reversalFileName);
    replaceFile(path, encodeBytes(`${JSON.stringify(data, null, 2)}\n`), { mode: 0o600 });
    this.all.set(printKey(reversal), reversal);
  }

  remove(reversal: Resource): void {
    const path = join(vardirPath(this.prefix, reversal.kind, reversal.name), reversalFileName);
    try {
      unlinkSync(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw systemError("could not remove", path, error);
    }
    this.all.delete(printKey(reversal));
  }
}

function pathsIn(directory: string): readonly string[] {
  mkdirSync(directory, { recursive: true, mode: 0o775 });
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name, reversalFileName));
}

/** @returns undefined if there is no such file */
async function readReversal(path: string, kinds: Catalogue): Promise<Resource | undefined> {
  let text: string;
  try {
    text = decodeBytes(readFileSync(path));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
  const data = recordOf(JSON.parse(text));
  if (data.version !== version) throw new Error(`version ${String(data.version)} is not known here`);
  const { kind, name } = data;
  if (typeof kind !== "string" || typeof name !== "string") throw new Error("it lacks a kind and a name");
  await kinds.load([kind]);
  const known = kinds.get(kind);
  if (known === undefined) throw new Error(`there is no kind ${kind}`);
  const { readFields } = await import("../resources/schema.ts");
  const fields = await readFields(known, recordOf(data.fields));
  if ("error" in fields) throw new Error(fields.error);
  const settings = readMetaSettings(recordOf(data.meta));
  if ("error" in settings) throw new Error(settings.error);
  const meta = readMeta(settings.settings);
  if ("error" in meta) throw new Error(meta.error);
  return known.create(name, fields.fields, meta, new Map());
}

function recordOf(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new Error("it is no JSON object");
  return Object.fromEntries(Object.entries(data));
}
