import { chmodSync, chownSync, lchownSync } from "node:fs";
import { type Change, ResourceError } from "../../engine/resource.ts";
import { accounts } from "../../os/accounts.ts";
import type { FileAttributes } from "../../os/atomic-file.ts";
import { SystemError, systemError } from "../../os/errors.ts";
import type { FileStatus } from "../../os/file-status.ts";
import { parseMode } from "../../os/mode.ts";
import { displayPath, nativePath } from "../../os/paths.ts";
import type { Check } from "./check.ts";
import { printMode } from "./status.ts";

/** Owner, group and mode as the parameters have them; empty text leaves what is. */
export interface WantedAttributes {
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

/** For files that have no parameters of their own: those of a copied directory. */
export const unspecified: WantedAttributes = { owner: "", group: "", mode: "" };

/**
 * What a file is to be once it is replaced: as wanted; else the mode of the source it is a copy of, without the bits
 * that give rights to whoever runs it; else as the file in its place; else as any new file.
 */
export function attributesFor(
  wanted: WantedAttributes,
  current: FileStatus | undefined,
  source: FileStatus | undefined,
): FileAttributes {
  const base = source !== undefined ? source.mode & 0o777 : (current?.mode ?? 0o666 & ~process.umask());
  const mode = wanted.mode === "" ? base : parseMode(wanted.mode, base);
  const { uid = current?.uid, gid = current?.gid } = idsOf(wanted);
  return { mode, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

/** How what is asked for differs from what is. */
export function attributeChanges(
  wanted: WantedAttributes,
  current: FileStatus,
  final: FileAttributes,
): Change[] {
  const { uid = current.uid, gid = current.gid } = final;
  const changes: Change[] = [];
  if (wanted.owner !== "" && uid !== current.uid)
    changes.push({ kind: "field", field: "owner", before: userName(current.uid), after: userName(uid) });
  if (wanted.group !== "" && gid !== current.gid)
    changes.push({ kind: "field", field: "group", before: groupName(current.gid), after: groupName(gid) });
  const before = current.mode;
  if (wanted.mode !== "" && final.mode !== before)
    changes.push({ kind: "field", field: "mode", before: printMode(before), after: printMode(final.mode) });
  return changes;
}

/** Step 5: owner and group of the path; of the link itself if it is to be one. */
export function checkOwner(check: Check): boolean {
  const { goal, run, log } = check;
  const { owner, group, symlink } = goal.params;
  if (check.pending || (owner === "" && group === "")) return true;
  const { status } = check;
  if (status === undefined) throw new SystemError("could not set the owner of", goal.path, "ENOENT");
  const { uid = status.uid, gid = status.gid } = idsOf(goal.params);
  if (uid === status.uid && gid === status.gid) return true;
  const wanted = { owner, group, mode: "" };
  for (const change of attributeChanges(wanted, status, { mode: status.mode, uid, gid })) run.show?.(change);
  if (!run.apply) return false;
  try {
    (symlink ? lchownSync : chownSync)(nativePath(goal.path), uid, gid);
  } catch (error) {
    throw systemError("could not set the owner of", goal.path, error);
  }
  check.touched();
  log(`chown ${userName(uid)}:${groupName(gid)}`);
  return false;
}

/** Step 6: the permission bits of the path. */
export function checkMode(check: Check): boolean {
  const { goal, run, log } = check;
  const { mode: text, symlink } = goal.params;
  if (check.pending || text === "") return true;
  const { status } = check;
  if (status === undefined) throw new SystemError("could not set the mode of", goal.path, "ENOENT");
  const current = status.mode;
  const mode = parseMode(text, current);
  if (mode === current) return true;
  if (symlink) {
    const cure = "a symbolic link has no mode of its own; set the mode of what it leads to";
    throw new ResourceError(`could not set the mode of ${displayPath(goal.path)}: ${cure}`);
  }
  const wanted = { owner: "", group: "", mode: text };
  for (const change of attributeChanges(wanted, status, { mode })) run.show?.(change);
  if (!run.apply) return false;
  try {
    chmodSync(nativePath(goal.path), mode);
  } catch (error) {
    throw systemError("could not set the mode of", goal.path, error);
  }
  check.touched();
  refuseIgnoredMode(check, mode);
  log(`chmod ${printMode(mode)}`);
  return false;
}

/** Some file systems accept any mode and keep their own, and the kernel drops a setgid it does not grant. */
function refuseIgnoredMode({ goal, status }: Check, mode: number): void {
  const got = status?.mode ?? mode;
  if (got === mode) return;
  const reason = `asked for ${printMode(mode)}, but the system made it ${printMode(got)}`;
  throw new ResourceError(`could not set the mode of ${displayPath(goal.path)}: ${reason}`);
}

/** Looked up in each run: accounts come and go. @throws Error if there is no such account */
function idsOf({ owner, group }: WantedAttributes): { uid?: number; gid?: number } {
  return {
    ...(owner === "" ? {} : { uid: accounts.resolveUser(owner).uid }),
    ...(group === "" ? {} : { gid: accounts.resolveGroup(group).gid }),
  };
}

function userName(uid: number): string {
  return accounts.userById(uid)?.name ?? String(uid);
}

function groupName(gid: number): string {
  return accounts.groupById(gid)?.name ?? String(gid);
}
