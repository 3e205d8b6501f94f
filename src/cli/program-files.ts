/** Which files a PATH of a command line means. */
import { realpathSync } from "node:fs";
import { compareBytes, decodeBytes } from "../../lang/bytes.ts";
import { SystemError, systemError } from "../os/errors.ts";
import { fileStatus } from "../os/file-status.ts";
import { nativePath } from "../os/paths.ts";
import { readDirectory } from "../os/read-directory.ts";

/** A file to work on. */
export interface ProgramFile {
  /** As people name it. */
  readonly path: string;
  /** Whether there is a symbolic link at the path. */
  readonly isLink: boolean;
  /** Where it really is: absolute, the end of all symbolic links. */
  readonly target: string;
}

/**
 * A file, whatever its name; or every `*.mcl` below a directory, in the order of their names. Links to directories are not followed,
 * so that nothing is visited twice.
 * @param report is told what could not be read; the rest is found all the same
 */
export function programFiles(path: string, report: (error: Error) => void): readonly ProgramFile[] {
  const found: ProgramFile[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const visit = (directory: string): void => {
    for (const { name, kind } of readDirectory(directory).toSorted((a, b) => compareBytes(a.name, b.name))) {
      const inside = below(directory, name);
      if (kind === "directory") attempt(() => visit(inside));
      else if (name.endsWith(".mcl") && leadsToFile(inside)) attempt(() => found.push(programFile(inside)));
    }
  };
  attempt(() => {
    const status = fileStatus(path, "follow");
    if (typeof status === "string") throw new SystemError("could not read", path, status);
    if (status.kind === "directory") visit(path);
    else if (status.kind === "file") found.push(programFile(path));
    else throw new SystemError("could not read", path, "EINVAL", `it is a ${status.kind}, not a file`);
  });
  return found;
}

/** Editors leave links that lead nowhere beside the files that are being edited. */
function leadsToFile(path: string): boolean {
  const status = fileStatus(path, "follow");
  return typeof status !== "string" && status.kind === "file";
}

function programFile(path: string): ProgramFile {
  const status = fileStatus(path);
  const isLink = typeof status !== "string" && status.kind === "symlink";
  try {
    return { path, isLink, target: decodeBytes(realpathSync(nativePath(path), { encoding: "buffer" })) };
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}

function below(directory: string, name: string): string {
  if (directory === ".") return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}
