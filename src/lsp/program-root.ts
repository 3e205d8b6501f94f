import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Input } from "../../lang/modules/input.ts";

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

/** The program that a file probably belongs to: the nearest `metadata.yaml` or `main.mcl`, outward from the file. */
export async function enclosingRoot(path: string): Promise<ProgramRoot | undefined> {
  if (!path.startsWith("/")) return undefined;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (await isFile(join(directory, "metadata.yaml")))
      return { directory, input: { kind: "metadata", path: "metadata.yaml" } };
    if (await isFile(join(directory, "main.mcl")))
      return { directory, input: { kind: "file", path: "main.mcl" } };
    if (directory === dirname(directory)) return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
