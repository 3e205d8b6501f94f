/** What loading makes: every file of a program, parsed, checked and interpolated, with its imports found. */
import type { Diagnostic } from "../diagnostic.ts";
import type { ImportStatement, Program, StringExpression } from "../syntax/ast.ts";
import type { Template } from "../syntax/template.ts";
import type { Metadata } from "./metadata.ts";

export interface LoadedProgram {
  readonly main: LoadedFile;
  /** All files, in the order in which imports lead to them; the first is `main`. */
  readonly files: readonly LoadedFile[];
}

export interface LoadedFile {
  /** Relative to the base directory of the program. */
  readonly path: string;
  /** With colon classes nested. */
  readonly program: Program;
  readonly strings: ReadonlyMap<StringExpression, Template>;
  readonly imports: ReadonlyMap<ImportStatement, ImportTarget>;
  /** Of the module whose main file this is, if it has any. */
  readonly metadata: LoadedMetadata | undefined;
}

export interface LoadedMetadata extends Metadata {
  /** Path of the metadata file. */
  readonly source: string;
}

/** What an import statement leads to. `alias` is the derived one: what holds without `as`. */
export type ImportTarget =
  | { readonly kind: "core"; readonly module: string; readonly alias: string }
  | { readonly kind: "file"; readonly file: LoadedFile; readonly alias: string }
  /** What is wrong counts only where the statement is in use: not in classes that are never included. */
  | {
      readonly kind: "failed";
      readonly diagnostics: readonly Diagnostic[];
      readonly alias: string | undefined;
    };
