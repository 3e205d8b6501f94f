/** From the words of a command line to a program: which front end, which input, where its files are. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { decodeBytes } from "../../lang/bytes.ts";
import { fail } from "../../lang/diagnostic.ts";
import type { Input } from "../../lang/modules/input.ts";
import type { ModuleFiles, RemoteFiles } from "../../lang/modules/module-files.ts";
import { errorCode, explainError } from "../os/errors.ts";

/** A program that somebody asked for. */
export type ProgramInput =
  | {
      readonly frontend: "lang";
      readonly input: Input;
      readonly files: ModuleFiles;
      /** Where the files of the program are: absolute. */
      readonly base: string;
      /** What people write before the paths inside the module to find its files from where they are; empty or ending in `/`. */
      readonly directory: string;
    }
  | { readonly frontend: "yaml"; readonly file: GraphFile }
  | { readonly frontend: "empty" };

/** What a program is checked from, wherever that lies. Every {@link ProgramInput} is one. */
export type ProgramSource =
  | { readonly frontend: "lang"; readonly input: Input; readonly files: ModuleFiles }
  | { readonly frontend: "yaml"; readonly file: GraphFile }
  | { readonly frontend: "empty" };

/** A graph in YAML, as it was found. */
export interface GraphFile {
  /** What people call the file. */
  readonly name: string;
  /** Absolute; undefined if there is no file to be followed. */
  readonly path: string | undefined;
  readonly text: string;
}

/** Where modules come from that are imported by URL. */
export interface ModuleOptions {
  /** The global directory of modules, absolute; undefined for none. */
  readonly directory: string | undefined;
  /** Clone those that are not there. */
  readonly download: boolean;
  /** Pull those that are there. */
  readonly update: boolean;
  /** Commits to clone; undefined for all. */
  readonly depth: number | undefined;
}

/** What stands for the program cannot be meant; a mistake in the command line. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** The words that name one. */
export const frontends: readonly string[] = ["lang", "yaml", "empty"];

/**
 * Reads `[lang|yaml|empty] [INPUT]` (CLI.md section 1). Literal code is taken only after the word `lang`.
 * @param words what is left of the command line without its options
 * @throws InputError; DiagnosticError if there is no program where it should be
 */
export async function readInput(words: readonly string[], modules?: ModuleOptions): Promise<ProgramInput> {
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
    if (input === undefined || input === "")
      throw new InputError("no INPUT given: name a .yaml file, or `-`");
    return { frontend: "yaml", file: await readGraphFile(input) };
  }
  if (input === undefined || input === "")
    throw new InputError("no INPUT given: name an .mcl file, a directory, a .yaml graph, or `-`");
  return {
    frontend: "lang",
    ...(await locate(input, explicit, (base) => ({ files: filesBelow(base, modules), base }))),
  };
}

async function readGraphFile(name: string): Promise<GraphFile> {
  if (name === "-") return { name: "stdin", path: undefined, text: await readStandardInput() };
  try {
    return { name, path: resolve(name), text: decodeBytes(await readFile(name)) };
  } catch (error) {
    if (errorCode(error) === "ENOENT")
      fail("scope", "no-such-input", `there is no graph at \`${name}\``, undefined, {
        help: "check the path",
      });
    return fail("scope", "unreadable-file", `cannot read \`${name}\`: ${explainError(error)}`);
  }
}

async function readStandardInput(): Promise<string> {
  return decodeBytes(new Uint8Array(await Bun.stdin.arrayBuffer()));
}

function isYamlGraph(input: string): boolean {
  return /\.ya?ml$/.test(input) && basename(input) !== "metadata.yaml";
}

type Located = {
  readonly input: Input;
  readonly files: ModuleFiles;
  readonly base: string;
  readonly directory: string;
};

/** The files below a directory, and that directory. */
type FilesBelow = (base: string) => Pick<Located, "files" | "base">;

async function locate(text: string, allowCode: boolean, files: FilesBelow): Promise<Located> {
  if (text === "-") {
    return literal(await readStandardInput(), "stdin", files);
  }
  const kind = await kindOf(text);
  const isCode = allowCode && kind !== "file" && !text.endsWith(".mcl") && basename(text) !== "metadata.yaml";
  if (kind === "directory") return module(text, files);
  // A line that a shell passed on has lost its newline on the way.
  if (isCode) return literal(text.endsWith("\n") ? text : `${text}\n`, "main.mcl", files);
  if (kind === "missing") {
    const help = allowCode ? "check the path" : "check the path; literal code goes after the word `lang`";
    fail("scope", "no-such-input", `there is no program at \`${text}\``, undefined, { help });
  }
  const path = basename(text);
  return {
    input: { kind: path === "metadata.yaml" ? "metadata" : "file", path },
    ...files(resolve(dirname(text))),
    directory: dirname(text) === "." && !text.startsWith("./") ? "" : `${dirname(text)}/`,
  };
}

function literal(code: string, path: string, files: FilesBelow): Located {
  return { input: { kind: "code", code, path }, ...files(process.cwd()), directory: "" };
}

async function module(text: string, files: FilesBelow): Promise<Located> {
  const directory = text.endsWith("/") ? text : `${text}/`;
  const found = await Promise.all(["metadata.yaml", "main.mcl"].map((name) => kindOf(join(text, name))));
  if (!found.includes("file")) {
    const help = "a module is a directory with a `metadata.yaml` or a `main.mcl`";
    fail("scope", "no-such-input", `there is no program in the directory \`${directory}\``, undefined, {
      help,
    });
  }
  return { input: { kind: "directory", path: "" }, ...files(resolve(text)), directory };
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
    return fail("scope", "unreadable-file", `cannot read \`${path}\`: ${explainError(error)}`);
  }
}

/** A program, for whoever asks what an agent runs: a path, or where it came from. */
export function describeProgram(program: ProgramInput): string {
  if (program.frontend === "empty") return "empty";
  if (program.frontend === "yaml") return program.file.path ?? "standard input";
  const { input, base } = program;
  if (input.kind === "code") return input.path === "stdin" ? "standard input" : "code on the command line";
  return resolve(base, input.path);
}

/** The files of a program that lies in a directory. */
export function filesBelow(directory: string, modules?: ModuleOptions): ModuleFiles {
  return {
    ...(modules === undefined ? {} : { remote: remoteFiles(directory, modules) }),
    async read(path) {
      try {
        return decodeBytes(await readFile(resolve(directory, path)));
      } catch (error) {
        const code = errorCode(error);
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new Error(explainError(error), { cause: error });
      }
    },
  };
}

/** git is only wanted where modules are to be downloaded or updated. */
function remoteFiles(base: string, { directory, download, update, depth }: ModuleOptions): RemoteFiles {
  return {
    directory: directory === undefined ? undefined : seenFrom(base, directory),
    download: download
      ? async (url, path) => {
          const { cloneModule } = await import("./module-repositories.ts");
          await cloneModule(url, resolve(base, path), depth);
        }
      : undefined,
    update: update
      ? async (path) => {
          const { updateModule } = await import("./module-repositories.ts");
          await updateModule(resolve(base, path));
        }
      : undefined,
  };
}

/** A directory with its slash: relative where it is inside the base, so that diagnostics stay short. */
function seenFrom(base: string, directory: string): string {
  const path = relative(base, directory);
  if (path === "") return "";
  return path === ".." || path.startsWith("../") ? directory.replace(/\/*$/, "/") : `${path}/`;
}
