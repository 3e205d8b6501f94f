import type { Identity } from "../../engine/resource.ts";
import { basename, clean, dirname, parents } from "../../os/paths.ts";
import type { FileParameters } from "./parameters.ts";

const IDENTITY = "file:";

/** The path that a file resource manages; a trailing slash makes it a directory (resources-system 3.6). */
export function resultingPath(name: string, params: FileParameters): string {
  const path = params.path || name;
  if (params.dirname === "" && params.basename === "") return path;
  return (params.dirname || dirname(path)) + (params.basename || basename(path));
}

export function isDirectoryPath(path: string): boolean {
  return path.endsWith("/");
}

/** The path without its trailing slash: the entry itself, which is what gets removed, not what a link leads to. */
export function entryPath(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, "");
}

/** The name under which automatic edges find the resource for a path. */
export function fileIdentity(path: string): Identity {
  const cleaned = clean(path);
  return `${IDENTITY}${cleaned}${isDirectoryPath(path) && cleaned !== "/" ? "/" : ""}`;
}

/** The path that a {@link fileIdentity} stands for. */
export function identifiedPath(identity: Identity): string {
  return identity.slice(IDENTITY.length);
}

/** The directories above a path, nearest first, as others may manage them. */
export function parentIdentities(path: string): readonly Identity[] {
  const directory = dirname(path);
  if (directory !== latest.directory) latest = { directory, identities: parents(path).map(fileIdentity) };
  return latest.identities;
}

/** Files of one directory come one after another, and there may be thousands of them. */
let latest: { readonly directory: string; readonly identities: readonly Identity[] } = {
  directory: "",
  identities: [],
};
