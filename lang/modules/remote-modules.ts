/** Where modules lie that are imported by URL (language specification, 13.3). */
import { fail, type Span } from "../diagnostic.ts";
import type { RemotePath } from "./import-path.ts";
import type { LoadedMetadata } from "./loaded-program.ts";
import type { RemoteFiles } from "./module-files.ts";
import { directoryOf, resolvePath } from "./path.ts";

/**
 * The directories in which the remote modules of a module are looked for, the first one first.
 *
 * @param importers the module and those through which it came in, innermost first; undefined for one without a
 * `metadata.yaml`, beyond which nobody's `path` counts
 * @param global the one that is always last
 */
export function modulesDirectories(
  importers: readonly (LoadedMetadata | undefined)[],
  global: string | undefined,
): readonly string[] {
  const directories = new Set<string>();
  for (const metadata of importers) {
    if (metadata === undefined) break;
    if (metadata.path !== undefined)
      directories.add(resolvePath(directoryOf(metadata.source), metadata.path));
    if (metadata.parentpathblock) break;
  }
  if (global !== undefined) directories.add(global);
  return [...directories];
}

/** Finds the remote modules of one program, and gets or updates each at most once where that is asked for. */
export class RemoteModules {
  readonly #remote: RemoteFiles;
  readonly #exists: (path: string) => Promise<boolean>;
  /** What became of each search, by what was looked for and where. */
  readonly #searches = new Map<string, Promise<string>>();
  /** Directories that are as new as they are to be. */
  readonly #current = new Set<string>();

  /** @param exists whether there is a file; throws DiagnosticError if it cannot be read */
  constructor(remote: RemoteFiles | undefined, exists: (path: string) => Promise<boolean>) {
    this.#remote = remote ?? {};
    this.#exists = exists;
  }

  /**
   * @param importers as for {@link modulesDirectories}
   * @param span the import
   * @returns the directory of the module, in which there is a `metadata.yaml`
   * @throws DiagnosticError in phase `scope`; the same one for the same search
   */
  find(module: RemotePath, importers: readonly (LoadedMetadata | undefined)[], span: Span): Promise<string> {
    const directories = modulesDirectories(importers, this.#remote.directory);
    const key = JSON.stringify([module.directory, ...directories]);
    let search = this.#searches.get(key);
    if (search === undefined) {
      const places = directories.map((directory) => resolvePath(directory, module.directory));
      search = this.#search(module.url, places, span);
      this.#searches.set(key, search);
    }
    return search;
  }

  async #search(url: string, places: readonly string[], span: Span): Promise<string> {
    const [nearest] = places;
    if (nearest === undefined)
      return fail("scope", "no-module-path", `there is no directory to look for \`${url}\` in`, span, {
        help: "name one with `--module-path`, or with `path` in the `metadata.yaml` of the importing module",
      });
    for (const place of places)
      if (await this.#exists(`${place}metadata.yaml`)) {
        await this.#update(url, place, span);
        return place;
      }
    if (this.#remote.download === undefined)
      return fail("scope", "no-such-module", `there is no module \`${url}\` on this machine`, span, {
        notes: [`looked for ${places.map((place) => `${place}metadata.yaml`).join(" and ")}`],
        help: `\`--download\` clones it into \`${nearest}\``,
      });
    try {
      await this.#remote.download(url, nearest);
    } catch (error) {
      return fail("scope", "download-failed", `cannot download \`${url}\`: ${reasonOf(error)}`, span, {
        notes: [`it was to be cloned into ${nearest}`],
      });
    }
    this.#current.add(nearest);
    return nearest;
  }

  async #update(url: string, directory: string, span: Span): Promise<void> {
    if (this.#remote.update === undefined || this.#current.has(directory)) return;
    this.#current.add(directory);
    try {
      await this.#remote.update(directory);
    } catch (error) {
      fail("scope", "update-failed", `cannot update \`${url}\`: ${reasonOf(error)}`, span, {
        notes: [`it is in ${directory}`],
        help: "leave out `--update` to use the module as it is",
      });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
