/** From the words of a command line to a program: which front end, which input, where its files are. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { decodeBytes } from "../../lang/bytes.ts";
import type { Input } from "../../lang/modules/input.ts";
import type { ModuleFiles } from "../../lang/modules/module-files.ts";
import { errorCode, explainError } from "../os/errors.ts";

/** A program that somebody asked for. */
export type ProgramInput =
  | {
      readonly frontend: "lang";
      readonly input: Input;
      readonly files: ModuleFiles;
      /** What people write before the paths inside the module to find its files from where they are; empty or ending in `/`. */
      readonly directory: string;
    }
  | { readonly frontend: "empty" };

/** What was asked for cannot be read as a program. */
export class InputError extends Error {
  override readonly name = "InputError";
}

const frontends = ["lang", "yaml", "empty"];

/**
 * Reads `[lang|yaml|empty] [INPUT]` (CLI.md section 1). Literal code is taken only after the word `lang`.
 * @param words what is left of the command line without its options
 * @throws InputError
 */
export async function readInput(words: readonly string[]): Promise<ProgramInput> {
  const [first = "", ...rest] = words;
  const explicit = frontends.includes(first);
  const [input, ...surplus] = explicit ? rest : words;
  if (surplus.length > 0) throw new InputError(`one INPUT at a time: \`${surplus.join(" ")}\` is too much`);
  if (first === "empty") {
    if (input !== undefined)
      throw new InputError(`the front end \`empty\` takes no INPUT, and got \`${input}\``);
    return { frontend: "empty" };
  }
  if (first === "yaml" || (!explicit && input !== undefined && isYamlGraph(input))) {
    throw new InputError("YAML graphs are not built yet; write the program in mcl");
  }
  if (input === undefined || input === "")
    throw new InputError("no INPUT given: name an .mcl file, a directory, or `-`");
  return { frontend: "lang", ...(await locate(input, explicit)) };
}

function isYamlGraph(input: string): boolean {
  return /\.ya?ml$/.test(input) && basename(input) !== "metadata.yaml";
}

type Located = { readonly input: Input; readonly files: ModuleFiles; readonly directory: string };

async function locate(text: string, allowCode: boolean): Promise<Located> {
  if (text === "-") {
    const code = decodeBytes(new Uint8Array(await Bun.stdin.arrayBuffer()));
    return { input: { kind: "code", code, path: "stdin" }, files: filesBelow(process.cwd()), directory: "" };
  }
  if (text === "metadata.yaml") throw new InputError("write `./metadata.yaml` for the file of that name");
  const kind = await kindOf(text);
  if (kind === "directory") {
    const directory = text.endsWith("/") ? text : `${text}/`;
    return { input: { kind: "directory", path: "" }, files: filesBelow(resolve(text)), directory };
  }
  if (kind === "file" || !allowCode || text.endsWith(".mcl") || text.endsWith("/metadata.yaml")) {
    if (kind === "missing")
      throw new InputError(
        `there is no program at \`${text}\`${allowCode ? "" : "; literal code goes after the word lang"}`,
      );
    const directory = dirname(text) === "." && !text.startsWith("./") ? "" : `${dirname(text)}/`;
    const path = basename(text);
    const input: Input = { kind: path === "metadata.yaml" ? "metadata" : "file", path };
    return { input, files: filesBelow(resolve(dirname(text))), directory };
  }
  return {
    input: { kind: "code", code: text, path: "main.mcl" },
    files: filesBelow(process.cwd()),
    directory: "",
  };
}

async function kindOf(path: string): Promise<"file" | "directory" | "missing"> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    const code = errorCode(error);
    if (
      code === "ENOENT" ||
      code === "ENOTDIR" ||
      code === "ENAMETOOLONG" ||
      code === "ERR_INVALID_ARG_VALUE"
    )
      return "missing";
    throw new InputError(`cannot read \`${path}\`: ${explainError(error)}`);
  }
}

/** The files of a program that lies in a directory. */
export function filesBelow(directory: string): ModuleFiles {
  return {
    async read(path) {
      try {
        return decodeBytes(await readFile(join(directory, path)));
      } catch (error) {
        const code = errorCode(error);
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new InputError(explainError(error));
      }
    },
  };
}
