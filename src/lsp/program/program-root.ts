import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Input } from "../../../lang/modules/input.ts";

/** From where a program is compiled. */
export interface ProgramRoot {
  /** Absolute; paths in the program are relative to it. Empty for a text that is no file. */
  readonly directory: string;
  readonly input: Exclude<Input, { kind: "code" }>;
}

/** The name of a root, the same for equal ones. */
export function rootKey({ directory, input }: ProgramRoot): string {
  return join(directory, input.path);
}

/** The program that is a file by itself. */
export function soleRoot(path: string): ProgramRoot {
  if (!path.startsWith("/")) return { directory: "", input: { kind: "file", path } };
  return { directory: dirname(path), input: { kind: "file", path: basename(path) } };
}

/** The programs that a file may belong to: each `metadata.yaml` or `main.mcl` from the file outward, the outermost first. */
export async function enclosingRoots(path: string): Promise<readonly ProgramRoot[]> {
  const roots: ProgramRoot[] = [];
  if (!path.startsWith("/")) return roots;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (await isFile(join(directory, "metadata.yaml")))
      roots.unshift({ directory, input: { kind: "metadata", path: "metadata.yaml" } });
    else if (await isFile(join(directory, "main.mcl")))
      roots.unshift({ directory, input: { kind: "file", path: "main.mcl" } });
    if (directory === dirname(directory)) return roots;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
