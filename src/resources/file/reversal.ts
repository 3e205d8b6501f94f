import { readFileSync, readlinkSync } from "node:fs";
import { decodeBytes } from "../../../lang/bytes.ts";
import type { Value } from "../../../lang/value.ts";
import { ResourceError } from "../../engine/resource.ts";
import { systemError } from "../../os/errors.ts";
import type { FileStatus } from "../../os/file-status.ts";
import { displayPath, nativePath } from "../../os/paths.ts";
import { goalOf } from "./goal.ts";
import type { FileParameters } from "./parameters.ts";
import { entryPath } from "./resulting-path.ts";
import { contextOf } from "./selinux.ts";
import { lstat, printMode, stat } from "./status.ts";

/** What is kept to be put back must fit into a file of JSON. */
const LARGEST = 64 * 1024 * 1024;

/**
 * The parameters that bring a file back to how it is now, as far as the resource would change it (engine specification,
 * 5.3).
 * @returns undefined if the resource changes nothing that could be put back
 * @throws ResourceError for what cannot be put back
 */
export function reversalOf(name: string, params: FileParameters): ReadonlyMap<string, Value> | undefined {
  const { path, directory } = goalOf(name, params);
  const refuse = (what: string): never => {
    throw new ResourceError(`Meta:reverse: ${what} cannot be put back: ${displayPath(path)}; leave it out`);
  };
  if (directory) refuse("a directory");
  if (params.source !== "") refuse(params.symlink ? "a symbolic link" : "what is copied from a source");
  const absent = params.state === "absent";
  const entry = lstat(entryPath(path));
  if (entry === undefined) {
    if (params.state !== "exists") return undefined;
    return new Map([
      ["path", path],
      ["state", "absent"],
    ]);
  }
  if (absent && entry.kind === "symlink") return linkAt(path);
  const status = stat(path) ?? refuse("a broken link");
  if (status.kind !== "file") refuse(`a ${status.kind}`);
  const fills = params.content !== undefined || params.fragments !== undefined;
  if (!absent && !fills && !managesAttributes(params)) return undefined;
  const fields = new Map<string, Value>([
    ["path", path],
    ["state", "exists"],
  ]);
  if (absent || fills) fields.set("content", contentOf(path, status, refuse));
  for (const [field, value] of attributesOf(path, status))
    if (absent || isManaged(params, field)) fields.set(field, value);
  return fields;
}

type Attribute = "owner" | "group" | "mode" | "selinux";

function isManaged(params: FileParameters, field: Attribute): boolean {
  return field === "selinux" ? params.selinux !== undefined : params[field] !== "";
}

function managesAttributes(params: FileParameters): boolean {
  return (["owner", "group", "mode", "selinux"] as const).some((field) => isManaged(params, field));
}

function attributesOf(
  path: string,
  { uid, gid, mode }: FileStatus,
): readonly (readonly [Attribute, string])[] {
  const context = contextOf(path);
  return [
    ["owner", String(uid)],
    ["group", String(gid)],
    ["mode", printMode(mode)],
    ...(context === undefined ? [] : [["selinux", context] as const]),
  ];
}

function contentOf(path: string, { size }: FileStatus, refuse: (what: string) => never): string {
  if (size > LARGEST) refuse(`a file of more than ${LARGEST / 1024 / 1024} MiB`);
  try {
    return decodeBytes(readFileSync(nativePath(path)));
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}

function linkAt(path: string): ReadonlyMap<string, Value> {
  try {
    const text = decodeBytes(readlinkSync(nativePath(path), "buffer"));
    return new Map<string, Value>([
      ["path", path],
      ["state", "exists"],
      ["symlink", true],
      ["source", text],
    ]);
  } catch (error) {
    throw systemError("could not read the link", path, error);
  }
}
