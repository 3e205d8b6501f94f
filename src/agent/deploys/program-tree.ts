/** The files of a program as a deploy has them: in memory, wherever the program once lay. */
import { decodeBytes } from "../../../lang/bytes.ts";
import type { Input } from "../../../lang/modules/input.ts";
import type { ModuleFiles } from "../../../lang/modules/module-files.ts";
import { cleanPath } from "../../../lang/modules/path.ts";
import type { Deploy, DeployEntry, TreeFile } from "../../world/deploy-store.ts";
import type { ProgramSource } from "../input.ts";

/** The directory, in trees, of what is outside of the directory of the program. */
export const outside = ".mgmt/";

/** In trees: of modules that are imported by URL, and that lie elsewhere on the machine that the deploy is made on. */
export const modulesDirectory = `${outside}modules/`;

/** The file that a graph in YAML is in. */
export const graphPath = "start.yaml";

/**
 * Where in a tree something is that programs know by this path: relative to the directory of the program, perhaps leading out of it.
 * @returns undefined for an absolute path, which no deploy has; directories are empty or end in `/` if `path` does
 */
export function placeInTree(path: string): string | undefined {
  const clean = cleanPath(path);
  if (clean.startsWith("/")) return undefined;
  if (clean === "." || clean === "./") return "";
  const [up = ""] = /^(?:\.\.(?:\/|$))+/.exec(clean) ?? [];
  if (up === "") return clean;
  return `${outside}up${Math.ceil(up.length / 3)}/${clean.slice(up.length)}`;
}

/** Files, and the directories that they are in. */
export class ProgramTree {
  readonly #files: ReadonlyMap<string, TreeFile>;
  readonly #directories = new Set([""]);

  constructor(files: readonly TreeFile[]) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    for (const { path } of files) {
      for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1))
        this.#directories.add(path.slice(0, at + 1));
    }
  }

  /** @param path as {@link placeInTree} takes it */
  file(path: string): TreeFile | undefined {
    const place = placeInTree(path);
    return place === undefined ? undefined : this.#files.get(place);
  }

  hasDirectory(path: string): boolean {
    const place = placeInTree(path.endsWith("/") || path === "" ? path : `${path}/`);
    return place !== undefined && this.#directories.has(place);
  }

  /** All files in a directory, at any depth, by their paths in it. */
  below(path: string): readonly TreeFile[] {
    const place = placeInTree(path.endsWith("/") || path === "" ? path : `${path}/`);
    if (place === undefined) return [];
    return [...this.#files.values()].flatMap((file) => {
      if (!file.path.startsWith(place) || (place === "" && file.path.startsWith(outside))) return [];
      return [{ ...file, path: file.path.slice(place.length) }];
    });
  }

  /** As the compiler reads them. @param modules of {@link DeployEntry} */
  asModuleFiles(modules: string | undefined): ModuleFiles {
    return {
      ...(modules === undefined ? {} : { remote: { directory: modules } }),
      read: async (path) => {
        const file = this.file(path);
        return file && decodeBytes(file.content);
      },
    };
  }
}

/**
 * The program of a deploy.
 * @throws Error if its files are not those of a program
 */
export function sourceOf(
  { frontend, entry }: Pick<Deploy, "frontend" | "entry">,
  tree: ProgramTree,
): ProgramSource {
  switch (frontend) {
    case "empty":
      return { frontend };
    case "yaml": {
      const file = tree.file(graphPath);
      if (file === undefined) throw new Error(`there is no ${graphPath} among its files`);
      return { frontend, file: { name: graphPath, path: undefined, text: decodeBytes(file.content) } };
    }
    case "lang":
      return { frontend, input: inputOf(entry), files: tree.asModuleFiles(entry?.modules) };
  }
}

function inputOf(entry: DeployEntry | undefined): Input {
  return entry === undefined ? { kind: "directory", path: "" } : { kind: entry.kind, path: entry.path };
}
