/** Deploys as text: readable JSON. */
import type { Deploy, DeployEntry, DeployOptions } from "./deploy-store.ts";

/** Of the form, which readers have to know. */
const version = 1;

const frontends = ["lang", "yaml", "empty"] as const;

export function encodeDeploy(deploy: Deploy): string {
  return JSON.stringify({ v: version, ...deploy });
}

/** @returns undefined for text of another form */
export function decodeDeploy(text: string): Deploy | undefined {
  const data = fieldsOf(parse(text));
  if (data?.get("v") !== version) return undefined;
  const id = data.get("id");
  const frontend = frontends.find((name) => name === data.get("frontend"));
  const options = toOptions(fieldsOf(data.get("options")));
  const [files, createdBy, createdAt] = ["files", "createdBy", "createdAt"].map((name) =>
    textOf(data.get(name)),
  );
  const [hash, parent, signature] = ["hash", "parent", "signature"].map((name) => textOf(data.get(name)));
  if (typeof id !== "number" || frontend === undefined || options === undefined) return undefined;
  if (createdBy === undefined || createdAt === undefined) return undefined;
  const hosts = data.get("hosts");
  const entry = data.get("entry") === undefined ? undefined : toEntry(fieldsOf(data.get("entry")));
  // Whoever does not understand for whom it is, or where it begins, must not run it.
  if (hosts !== undefined && !isTextList(hosts)) return undefined;
  if (data.get("entry") !== undefined && entry === undefined) return undefined;
  return {
    ...{ id, frontend, files, options, createdBy, createdAt },
    ...(entry !== undefined && { entry }),
    ...(hosts !== undefined && { hosts }),
    ...(hash !== undefined && { hash }),
    ...(parent !== undefined && { parent }),
    ...(signature !== undefined && { signature }),
  };
}

function toOptions(data: ReadonlyMap<string, unknown> | undefined): DeployOptions | undefined {
  if (data === undefined) return undefined;
  const sema = data.get("sema");
  return {
    noop: data.get("noop") === true,
    sema: typeof sema === "number" ? sema : undefined,
    autoEdges: data.get("autoEdges") !== false,
    autoGroup: data.get("autoGroup") !== false,
  };
}

function toEntry(data: ReadonlyMap<string, unknown> | undefined): DeployEntry | undefined {
  const kind = (["file", "directory", "metadata"] as const).find((each) => each === data?.get("kind"));
  const [path, modules] = [textOf(data?.get("path")), textOf(data?.get("modules"))];
  if (kind === undefined || path === undefined) return undefined;
  return { kind, path, ...(modules !== undefined && { modules }) };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(data: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof data === "object" && data !== null ? new Map(Object.entries(data)) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
