/** What name resolution knows of the standard library. */
import type { CoreFunction } from "../core/define.ts";

/** A value that a core module offers under a name, such as `$os.family_debian`. */
export type CoreConstant = boolean | bigint | number | string;

/** All core functions and constants, by the import path of their module; `""` needs no import. */
export interface FunctionCatalogue {
  /** Import paths of all modules, without `""`. */
  readonly modules: ReadonlySet<string>;
  get(module: string, name: string): CoreFunction | undefined;
  /** Names of all functions of a module, for suggestions. */
  names(module: string): readonly string[];
  /** The constants of a module, by name; empty for most. */
  constants(module: string): ReadonlyMap<string, CoreConstant>;
  /** The files of the modules, or parts of modules, that are written in mcl: `MODULE/main.mcl` and more. */
  readonly sources: ReadonlyMap<string, string>;
}
