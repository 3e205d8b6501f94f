import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { ResourceError } from "../../engine/resource.ts";
import { copyFileAtomic, replaceFile } from "../../os/atomic-file.ts";
import { SystemError, systemError } from "../../os/errors.ts";
import { holdsBytes } from "../../os/file-content.ts";
import type { FileStatus } from "../../os/file-status.ts";
import { clean, displayPath, nativePath } from "../../os/paths.ts";
import { attributeChanges, attributesFor, type WantedAttributes } from "./attributes.ts";
import type { Check } from "./check.ts";
import { holdsSupply } from "./compare.ts";
import { extendedAttributesToKeep, restoreExtendedAttributes } from "./extended-attributes.ts";
import { followLinks } from "./follow-links.ts";
import { removeTree } from "./remove.ts";
import { describe } from "./status.ts";
import { AT_ONCE, type Supply } from "./supply.ts";

/** Contents of more bytes are not shown in differences. */
const MOST_SHOWN = 256 * 1024;

/** A file that should hold certain bytes. */
export interface Copy {
  readonly supply: Supply;
  readonly path: string;
  /** What is at the path now, links followed. */
  readonly status: FileStatus | undefined;
  /** Whether the file may be created. */
  readonly create: boolean;
  /** Whether a directory in its place may be removed with all that is in it. */
  readonly force: boolean;
  /** Taken on when the file is written; not compared here. */
  readonly attributes: WantedAttributes;
}

/** What copying needs of a check. */
export type Work = Pick<Check, "run" | "log">;

/**
 * Makes a file hold the bytes of its supply, by replacing it as a whole, attributes included. A symbolic link at the
 * path stays; what it leads to is replaced.
 *
 * @returns whether it held them before
 */
export function copy(wanted: Copy, work: Work): boolean | Promise<boolean> {
  const { supply, path, status } = wanted;
  if (status === undefined) {
    if (wanted.create) return write(wanted, work);
    const reason = "no such file or directory; set State to exists to create it";
    throw new SystemError("could not write", path, "ENOENT", reason);
  }
  if (status.kind === "directory") return replaceDirectory(wanted, work);
  if (status.kind !== "file") {
    throw new ResourceError(`non-regular dst file: ${displayPath(path)} (${describe(status)})`);
  }
  const size = supply.bytes === undefined ? supply.source.status.size : supply.bytes.length;
  if (status.size !== size) return write(wanted, work);
  if (supply.bytes === undefined || size > AT_ONCE) return compareInPieces(wanted, work);
  return holdsBytes(path, supply.bytes) || write(wanted, work);
}

async function compareInPieces(wanted: Copy, work: Work): Promise<boolean> {
  return (await holdsSupply(wanted.path, wanted.supply, work.run.signal)) || write(wanted, work);
}

async function replaceDirectory(wanted: Copy, work: Work): Promise<boolean> {
  const { run, log } = work;
  const { path } = wanted;
  if (clean(path) === "/") throw new ResourceError("don't want to remove root");
  if (!wanted.force) {
    throw new ResourceError(
      `can't force dir into file: ${displayPath(path)}; set Force to replace the directory`,
    );
  }
  run.show?.({ kind: "field", field: displayPath(path), before: "directory", after: "file" });
  if (run.apply) {
    log(`removing: ${displayPath(path)}`);
    await removeTree(path);
  }
  return write({ ...wanted, status: undefined }, work);
}

function write({ supply, path, status, attributes }: Copy, { run, log }: Work): false | Promise<false> {
  const final = attributesFor(attributes, status, supply.source?.status);
  if (run.show !== undefined) {
    run.show({ kind: "content", path, before: textAt(path, status), after: textOf(supply.bytes) });
    if (status !== undefined) attributeChanges(attributes, status, final).forEach(run.show);
  }
  if (!run.apply) return false;
  const target = followLinks(path);
  // Access lists and labels belong to the file as mode and owner do, but a new inode starts without.
  const kept = status === undefined ? new Map() : extendedAttributesToKeep(target);
  const finish = (bytes: number): false => {
    restoreExtendedAttributes(target, kept);
    log(
      `copy ${bytes} bytes${supply.source === undefined ? "" : ` from: ${displayPath(supply.source.path)}`}`,
    );
    return false;
  };
  if (supply.bytes === undefined) {
    return copyFileAtomic(supply.source.path, target, final, run.signal).then(({ bytes }) => finish(bytes));
  }
  replaceFile(target, supply.bytes, final);
  return finish(supply.bytes.length);
}

/** The text of a file for a difference: empty if there is no file, undefined if it is large or no text. */
function textAt(path: string, status: FileStatus | undefined): string | undefined {
  if (status === undefined) return "";
  if (status.size > MOST_SHOWN) return undefined;
  try {
    return textOf(readFileSync(nativePath(path)));
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > MOST_SHOWN || bytes.includes(0) || !isUtf8(bytes))
    return undefined;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
