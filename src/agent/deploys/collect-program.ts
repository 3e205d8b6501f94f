/** From a program that lies on this machine to the files of a deploy. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { encodeBytes } from "../../../lang/bytes.ts";
import { coreCatalogue } from "../../../lang/core/index.ts";
import { pathInCore } from "../../../lang/modules/core-path.ts";
import { load } from "../../../lang/modules/load.ts";
import type { LoadedFile, LoadedProgram } from "../../../lang/modules/loaded-program.ts";
import { directoryOf, resolvePath } from "../../../lang/modules/path.ts";
import { isTemporaryName } from "../../os/atomic-file.ts";
import { SystemError, systemError } from "../../os/errors.ts";
import { fileStatus } from "../../os/file-status.ts";
import { nativePath } from "../../os/paths.ts";
import { readDirectory } from "../../os/read-directory.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import type { Deploy, DeployEntry, TreeFile } from "../../world/deploy-store.ts";
import type { ProgramInput } from "../input.ts";
import { prepareProgram } from "../program.ts";
import { graphPath, modulesDirectory, outside, ProgramTree, placeInTree, sourceOf } from "./program-tree.ts";

/** What of a program is in a deploy. */
export interface CollectedProgram extends Pick<Deploy, "frontend" | "entry"> {
  readonly files: readonly TreeFile[];
}

/** Of one deploy: it is read by all hosts, and each keeps a copy. */
const mostBytes = 128 * 1024 * 1024;
const mostFiles = 20_000;

type LangInput = Extract<ProgramInput, { readonly frontend: "lang" }>;

/**
 * Checks a program, and collects what it needs: its own files and those of the modules that it imports, all that lies in the directory of
 * a module, and what else it names. Where it lies on this machine is not told.
 *
 * @throws DiagnosticError if it is not sound; Error if not all of it can be had
 */
export async function collectProgram(program: ProgramInput, kinds: Catalogue): Promise<CollectedProgram> {
  await prepareProgram(program, kinds);
  switch (program.frontend) {
    case "empty":
      return { frontend: "empty", files: [] };
    case "yaml": {
      const content = encodeBytes(program.file.text);
      return { frontend: "yaml", files: [{ path: graphPath, mode: 0o644, content }] };
    }
    case "lang": {
      const collected = await collectModules(program);
      // What hosts are going to have is what has to be sound.
      await prepareProgram(sourceOf(collected, new ProgramTree(collected.files)), kinds);
      return collected;
    }
  }
}

async function collectModules(program: LangInput): Promise<CollectedProgram> {
  const { input, base, files } = program;
  const loaded = await load(input, files, coreCatalogue);
  const modules = files.remote?.directory;
  const collection = new Collection(base, modules);
  if (input.kind === "code") collection.add(input.path, 0o644, encodeBytes(input.code));
  const wholes = wholeDirectories(loaded, input.kind === "directory" ? input.path : undefined);
  for (const directory of wholes) collection.addDirectory(directory);
  for (const file of loaded.files) {
    if (pathInCore(file.path) !== undefined) continue;
    collection.addFile(file.path);
    if (file.metadata !== undefined) collection.addFile(file.metadata.source);
    const home = directoryOf(file.metadata?.source ?? file.path);
    if (wholes.some((whole) => isWithin(home, whole))) continue;
    for (const path of namedBy(file)) collection.addIfThere(resolvePath(home, `./${path.slice(1)}`));
    collection.addIfThere(resolvePath(home, "files/"));
  }
  const entry: DeployEntry =
    input.kind === "code"
      ? { kind: "file", path: placeOf(input.path, modules) }
      : { kind: input.kind, path: placeOf(input.path, modules) };
  const isUsed =
    modules !== undefined && collection.files.some(({ path }) => path.startsWith(placeOf(modules, modules)));
  return {
    frontend: "lang",
    entry: isUsed ? { ...entry, modules: placeOf(modules, modules) } : entry,
    files: collection.files,
  };
}

/** The directories of modules: any file in them may be wanted. */
function wholeDirectories({ files }: LoadedProgram, own: string | undefined): readonly string[] {
  const found = new Set<string>(own === undefined ? [] : [own]);
  for (const { path, metadata, imports } of files) {
    if (pathInCore(path) !== undefined) continue;
    if (metadata !== undefined) found.add(directoryOf(metadata.source));
    for (const [statement, target] of imports) {
      if (target.kind !== "file" || pathInCore(target.file.path) !== undefined) continue;
      if (statement.path.text.endsWith("/")) found.add(directoryOf(target.file.path));
    }
  }
  return [...found];
}

function isWithin(path: string, directory: string): boolean {
  return directory === "" ? !/^(?:\/|\.\.\/)/.test(path) : path.startsWith(directory);
}

/** Paths that texts in a file begin with, such as those that `deploy.readfile` is called with. */
function namedBy({ strings }: LoadedFile): readonly string[] {
  const named: string[] = [];
  for (const [first, ...rest] of strings.values()) {
    if (typeof first !== "string" || !first.startsWith("/") || first.includes("\n")) continue;
    const path = rest.length === 0 ? first : first.slice(0, first.lastIndexOf("/") + 1);
    // All of a directory without a name would be all that lies beside the program.
    if (path !== "/") named.push(path);
  }
  return named;
}

/** Where in the tree something goes. @param modules the global directory of modules, as programs see it */
function placeOf(path: string, modules: string | undefined): string {
  if (path === "") return "";
  if (modules?.startsWith("/") && path.startsWith(modules))
    return `${modulesDirectory}${path.slice(modules.length)}`;
  const place = placeInTree(path);
  if (place === undefined)
    throw new Error(`${path} is outside of the program, and cannot be deployed with it`);
  return place;
}

class Collection {
  readonly #base: string;
  readonly #modules: string | undefined;
  readonly #files = new Map<string, TreeFile>();
  #bytes = 0;

  constructor(base: string, modules: string | undefined) {
    this.#base = base;
    this.#modules = modules;
  }

  get files(): readonly TreeFile[] {
    return [...this.#files.values()];
  }

  /** @param path as programs know it */
  add(path: string, mode: number, content: Uint8Array): void {
    const place = placeOf(path, this.#modules);
    if (this.#files.has(place)) return;
    this.#files.set(place, { path: place, mode, content });
    this.#bytes += content.length;
    if (this.#bytes <= mostBytes && this.#files.size <= mostFiles) return;
    throw new Error(
      `what is to be deployed has more than ${mostFiles} files or ${mostBytes / 1024 / 1024} MiB, for all of the directory of ` +
        `a module belongs to it: ${this.#local("")}; put the program into a directory of its own`,
    );
  }

  /** @throws SystemError */
  addFile(path: string): void {
    if (this.#files.has(placeOf(path, this.#modules))) return;
    const local = this.#local(path);
    const status = fileStatus(local, "follow");
    try {
      const mode = typeof status === "string" ? 0o644 : status.mode & 0o777;
      this.add(path, mode, readFileSync(nativePath(local)));
    } catch (error) {
      throw systemError("could not read", local, error);
    }
  }

  /** A file, or all of a directory; nothing if there is neither. */
  addIfThere(path: string): void {
    if (path.startsWith("/") && !(this.#modules?.startsWith("/") && path.startsWith(this.#modules))) return;
    const status = fileStatus(this.#local(path), "follow");
    if (typeof status === "string") return;
    if (status.kind === "file") this.addFile(path);
    else if (status.kind === "directory")
      this.addDirectory(path === "" || path.endsWith("/") ? path : `${path}/`);
  }

  /** @param path empty, or ending in `/`. @throws SystemError */
  addDirectory(path: string, around: readonly string[] = []): void {
    const local = this.#local(path);
    for (const { name } of readDirectory(local)) {
      if (name === ".git" || isTemporaryName(name)) continue;
      if (path === "" && `${name}/` === outside)
        throw new Error(
          `${this.#local(outside)} cannot be deployed, for its name has a meaning of its own; rename it`,
        );
      const status = fileStatus(`${local}/${name}`, "follow");
      // A link that leads nowhere, as editors make them.
      if (status === "ENOENT") continue;
      if (typeof status === "string") throw new SystemError("could not read", `${local}/${name}`, status);
      if (status.kind === "file") this.addFile(`${path}${name}`);
      if (status.kind !== "directory") continue;
      if (around.length >= deepest)
        throw new SystemError("could not read", `${local}/${name}`, "ELOOP", "the directories do not end");
      this.addDirectory(`${path}${name}/`, [...around, name]);
    }
  }

  #local(path: string): string {
    return resolve(this.#base, path);
  }
}

/** How deep directories may be: links can make them endless. */
const deepest = 64;
